// The life of a request: which command may follow which event. Pure; every rule has a given/when/then specification.
import { accept, assertNever } from '#libs/kernel';
import type { Decider, Decision } from '#libs/kernel';
import { decideClosing, decideFollowUp } from './decide-closing.ts';
import { decideOffer } from './decide-offer.ts';
import { decideResident } from './decide-resident.ts';
import { decideWork } from './decide-work.ts';
import type { CorrectRequest, RaiseRequest, RequestCommand } from './request.commands.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestRejection } from './request.rejections.ts';
import { refuse, unknownRequest, wrongState } from './request.rejections.ts';
import type { KnownRequest, RequestState } from './request.state.ts';
import { evolve, initialRequest, standingTaskId } from './request.state.ts';

type Outcome = Decision<RequestEvent, RequestRejection>;

export const requestDecider: Decider<RequestState, RequestCommand, RequestEvent, RequestRejection> = {
  initial: initialRequest,
  decide,
  evolve,
};

function decide(command: RequestCommand, state: RequestState): Outcome {
  if (command.at > command.now) {
    return refuse('OCCURRED_IN_FUTURE', 'It cannot have happened later than now.', { now: command.now });
  }
  if (command.type === 'RaiseRequest') return raise(command, state);
  if (state.status === 'NONE') return unknownRequest;
  if (command.at >= state.since) return decideKnown(command, state);
  // The log gives the order, not the clocks: what is told as it happens comes last, though its sender's clock be behind.
  if (command.at === command.now) return decideKnown({ ...command, at: state.since, now: state.since }, state);
  return refuse('OCCURRED_TOO_EARLY', 'It cannot have happened before what came before it.', {
    notBefore: state.since,
  });
}

function decideKnown(command: Exclude<RequestCommand, RaiseRequest>, state: KnownRequest): Outcome {
  switch (command.type) {
    case 'CorrectRequest':
      return correct(command, state);
    case 'DispatchRequest':
    case 'RecallOffer':
    case 'ExpireOffer':
    case 'AcceptTask':
    case 'DeclineTask':
      return decideOffer(command, state);
    case 'ReleaseTask':
    case 'StartTask':
    case 'RecordProgress':
    case 'ReportDone':
      return decideWork(command, state);
    case 'ConfirmResolution':
    case 'SendBack':
    case 'ReopenRequest':
    case 'RecordCallBack':
    case 'DeclineRequest':
    case 'WithdrawRequest':
      return decideClosing(command, state);
    case 'PlaceInFollowUp':
    case 'RecordFollowUp':
    case 'ResumeFromFollowUp':
      return decideFollowUp(command, state);
    case 'RecordChaseUp':
    case 'RateResult':
    case 'RecordPartnerConsent':
      return decideResident(command, state);
    default:
      return assertNever(command);
  }
}

function raise(command: RaiseRequest, state: RequestState): Outcome {
  if (state.status !== 'NONE') return refuse('REQUEST_ALREADY_RAISED', 'This request has been raised before.');
  const { type: _, now: __, partnerConsent = false, ...data } = command;
  const raised: RequestEvent = { type: 'RequestRaised', data };
  if (!partnerConsent) return accept(raised);
  const { personId } = data.reporter;
  return accept<RequestEvent>(raised, {
    type: 'PartnerConsentGiven',
    data: { at: command.at, personId, taskId: null },
  });
}

function correct(command: CorrectRequest, state: KnownRequest): Outcome {
  if (state.status === 'DECLINED' || state.status === 'WITHDRAWN') return wrongState(state);
  return accept({
    type: 'RequestCorrected',
    data: {
      at: command.at,
      personId: state.personId,
      channel: command.channel ?? state.channel,
      category: command.category ?? state.category,
      building: command.building === undefined ? state.building : command.building,
      dueAt: command.dueAt ?? state.dueAt,
      taskId: standingTaskId(state),
      matter: command.matter ?? null,
      reporter: command.reporter ? { ...command.reporter, personId: state.personId } : null,
    },
  });
}
