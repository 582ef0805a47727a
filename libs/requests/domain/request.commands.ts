// What may be asked of a request. Times, ids and facts about others arrive here, so deciding needs nothing else.
import type { Instant } from '#libs/kernel';
import type { Audience, Channel, Reporter, Satisfaction } from './request.events.ts';

interface Order<Type extends string> {
  readonly type: Type;
  /** When it happened. */
  readonly at: Instant;
  /** When we learnt it; `at` is never after it. */
  readonly now: Instant;
}

interface TaskOrder<Type extends string> extends Order<Type> {
  readonly taskId: string;
  readonly volunteerId: string;
}

export interface RaiseRequest extends Order<'RaiseRequest'> {
  readonly requestId: string;
  readonly communityId: string;
  readonly ledgerNumber: string | null;
  readonly channel: Channel;
  readonly category: string;
  /** The catalogue in force at the report time and what it says of the category. */
  readonly catalogueVersion: number;
  readonly building: string | null;
  readonly reporter: Reporter;
  readonly matter: string;
  readonly reportedOn: string;
  readonly dueAt: Instant;
  /** Given with the report; default: not given. */
  readonly partnerConsent?: boolean | undefined;
}

/** Absent fields stay as they are. `dueAt` comes with a changed category. */
export interface CorrectRequest extends Order<'CorrectRequest'> {
  readonly channel?: Channel | undefined;
  readonly category?: string | undefined;
  readonly dueAt?: Instant | undefined;
  readonly building?: string | null | undefined;
  readonly matter?: string | undefined;
  readonly reporter?: Omit<Reporter, 'personId'> | undefined;
}

export interface DispatchRequest extends Order<'DispatchRequest'> {
  readonly audience: Audience;
  readonly skills: readonly string[];
  readonly acceptBy: Instant;
  readonly briefing: string | null;
}

export interface RecallOffer extends Order<'RecallOffer'> {
  readonly reason: string;
}
export type ExpireOffer = Order<'ExpireOffer'>;
export type AcceptTask = TaskOrder<'AcceptTask'>;
export interface DeclineTask extends TaskOrder<'DeclineTask'> {
  readonly reason: string | null;
}
export interface ReleaseTask extends TaskOrder<'ReleaseTask'> {
  readonly reason: string;
}
export type StartTask = TaskOrder<'StartTask'>;
export interface RecordProgress extends TaskOrder<'RecordProgress'> {
  readonly note: string;
}
export interface ReportDone extends TaskOrder<'ReportDone'> {
  readonly result: string;
}

export interface ConfirmResolution extends Order<'ConfirmResolution'> {
  /** How it was solved; needed out of follow-up, where nobody reported it done. */
  readonly result: string | null;
  readonly callBackDueAt: Instant;
}
export interface SendBack extends Order<'SendBack'> {
  readonly reason: string;
}
export interface ReopenRequest extends Order<'ReopenRequest'> {
  readonly reason: string;
}
export interface RecordCallBack extends Order<'RecordCallBack'> {
  readonly reached: boolean;
  readonly solved: boolean | null;
  readonly satisfaction: Satisfaction | null;
  readonly note: string | null;
}

export interface PlaceInFollowUp extends Order<'PlaceInFollowUp'> {
  readonly reason: string;
  readonly plan: string;
  readonly reviewOn: string;
  /** The day `at` falls on in the community's time zone. */
  readonly today: string;
}
export interface RecordFollowUp extends Order<'RecordFollowUp'> {
  readonly note: string;
  readonly reviewOn: string;
  readonly today: string;
}
export interface ResumeFromFollowUp extends Order<'ResumeFromFollowUp'> {
  readonly reason: string;
}
export interface DeclineRequest extends Order<'DeclineRequest'> {
  readonly reason: string;
}
export interface WithdrawRequest extends Order<'WithdrawRequest'> {
  readonly reason: string | null;
}

export interface RecordChaseUp extends Order<'RecordChaseUp'> {
  readonly note: string | null;
}
export interface RateResult extends Order<'RateResult'> {
  readonly satisfaction: Satisfaction;
  readonly solved: boolean | null;
  readonly comment: string | null;
}
export interface RecordPartnerConsent extends Order<'RecordPartnerConsent'> {
  readonly given: boolean;
}

export type OfferCommand = DispatchRequest | RecallOffer | ExpireOffer | AcceptTask | DeclineTask;
export type WorkCommand = ReleaseTask | StartTask | RecordProgress | ReportDone;
export type ClosingCommand =
  ConfirmResolution | SendBack | ReopenRequest | RecordCallBack | DeclineRequest | WithdrawRequest;
export type FollowUpCommand = PlaceInFollowUp | RecordFollowUp | ResumeFromFollowUp;
/** What the resident says, by themselves or through the office. */
export type ResidentCommand = RecordChaseUp | RateResult | RecordPartnerConsent;
export type RequestCommand =
  RaiseRequest | CorrectRequest | OfferCommand | WorkCommand | ClosingCommand | FollowUpCommand | ResidentCommand;
