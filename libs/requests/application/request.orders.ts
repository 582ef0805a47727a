// The two commands on the bus: raise a request, and do something with one. Senders say what they want and whose
// request they may touch; times, deadlines and facts about others are added by the handlers.
import type { CommandOutcome } from '#libs/commands';
import type { CommandContext, Instant } from '#libs/kernel';
import { Command } from '@nestjs/cqrs';
import type {
  AcceptTask,
  ClosingCommand,
  ConfirmResolution,
  CorrectRequest,
  DeclineTask,
  DispatchRequest,
  ExpireOffer,
  PlaceInFollowUp,
  RecallOffer,
  RecordFollowUp,
  ResidentCommand,
  ResumeFromFollowUp,
  WorkCommand,
} from '../domain/request.commands.ts';
import type { Channel, Reporter, RequestEvent } from '../domain/request.events.ts';
import type { KnownRequest, RequestState } from '../domain/request.state.ts';

export type RequestOutcome = CommandOutcome<RequestState, RequestEvent>;

/** Whether the sender may touch this request at all; if not, it is answered as absent. */
export type Admission = (request: KnownRequest) => boolean;

type Sent<C, Added extends string = never> = C extends unknown ? Omit<C, 'at' | 'now' | Added> : never;

export type DispatchOrder = Sent<DispatchRequest, 'skills' | 'acceptBy'> & {
  /** Default: the skills the catalogue asks for. */
  readonly skills?: readonly string[] | undefined;
  /** Default: the community's accept window from the time of dispatch. */
  readonly acceptBy?: Instant | undefined;
};

/** A domain command as its sender gives it. */
export type Order =
  | DispatchOrder
  | Sent<CorrectRequest | PlaceInFollowUp | RecordFollowUp | ConfirmResolution, 'dueAt' | 'today' | 'callBackDueAt'>
  | Sent<RecallOffer | ExpireOffer | AcceptTask | DeclineTask | WorkCommand | ResumeFromFollowUp | ResidentCommand>
  | Sent<Exclude<ClosingCommand, ConfirmResolution>>;

export interface RaiseDetails {
  readonly communityId: string;
  readonly ledgerNumber: string | null;
  readonly channel: Channel;
  readonly category: string;
  readonly building: string | null;
  readonly reporter: Omit<Reporter, 'personId'>;
  readonly matter: string;
  /** That partner organisations may learn the contact data; default: no. */
  readonly partnerConsent?: boolean;
}

/** Raises a request reported at the context's `occurredAt`; its id follows from the command id. */
export class RaiseRequest extends Command<RequestOutcome> {
  readonly details: RaiseDetails;
  readonly context: CommandContext;

  constructor(details: RaiseDetails, context: CommandContext) {
    super();
    this.details = details;
    this.context = context;
  }
}

export class OrderOnRequest extends Command<RequestOutcome> {
  readonly requestId: string;
  readonly order: Order;
  readonly admits: Admission;
  readonly context: CommandContext;

  constructor(requestId: string, order: Order, admits: Admission, context: CommandContext) {
    super();
    this.requestId = requestId;
    this.order = order;
    this.admits = admits;
    this.context = context;
  }
}
