// What went wrong with a call, decided once: which sentence it gets, whether trying again may help, and whether the
// server may have carried it out. Errors are told by their codes, never by their classes, and of the server's texts only
// constants are looked for: no text of the server or the URL gets into a sentence.
import { StreamDeleted } from '#libs/event-store';
import { Failure, InvalidInput, ServerUnavailable } from '#libs/kernel';

/** What the server or the channel said about a call that did not succeed. */
export interface CallFailure {
  /** Completes "EventStoreDB at … cannot be used now: ". */
  readonly reason: string;
  /** `again`: trying again may help. `lasting`: only an operator can help. `no`: this call will never succeed. */
  readonly outlook: 'again' | 'lasting' | 'no';
  /** False when the server has certainly not carried it out. */
  readonly mayHaveHappened: boolean;
  /** True when it says less than any other failure of the same call. */
  readonly vague?: boolean;
}

/** Of the failures of several attempts, the one to tell: the last that says something. */
export function moreTelling(before: CallFailure | undefined, now: CallFailure): CallFailure {
  return before && now.vague ? before : now;
}

/** No answer within the limit, or the end of a call that was not finished. */
export class Unanswered extends Error {}

interface GrpcError {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly message?: unknown;
  readonly metadata?: { getMap?: () => Record<string, unknown> };
}

const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const ABORTED = 10;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const UNREACHABLE: CallFailure = {
  reason: 'it cannot be reached',
  outlook: 'again',
  mayHaveHappened: true,
};
/** A connection was made, and closed again before the protocol began. */
const HUNG_UP: CallFailure = {
  reason: 'it hangs up before a word is said; if it wants TLS, EVENTSTORE_URL has to ask for it',
  outlook: 'again',
  mayHaveHappened: false,
};
const REPLACED: CallFailure = { ...UNREACHABLE, mayHaveHappened: false, vague: true };
const TIMED_OUT: CallFailure = {
  reason: 'it did not answer in time',
  outlook: 'again',
  mayHaveHappened: true,
  vague: true,
};
const NO_QUORUM: CallFailure = {
  reason: 'its nodes did not confirm in time; perhaps too few of them are running',
  outlook: 'again',
  mayHaveHappened: true,
};
const NO_LEADER: CallFailure = {
  reason: 'it has no leader',
  outlook: 'again',
  mayHaveHappened: true,
};
const NOT_READY: CallFailure = { reason: 'it is not ready', outlook: 'again', mayHaveHappened: false };
const DENIED: CallFailure = { reason: 'the user may not do this', outlook: 'lasting', mayHaveHappened: false };
const WRONG_USER: CallFailure = {
  reason: 'the user or the password is wrong',
  outlook: 'lasting',
  mayHaveHappened: false,
};
const DELETED: CallFailure = {
  reason: 'its stream was deleted in the event store; restore it from a backup',
  outlook: 'no',
  mayHaveHappened: false,
};
const TOO_OLD: CallFailure = {
  reason: 'it does not know this call; version 21.10 or later is needed',
  outlook: 'lasting',
  mayHaveHappened: false,
};
const UNTRUSTED: CallFailure = { reason: 'its certificate is not trusted', outlook: 'lasting', mayHaveHappened: false };
const NO_TLS: CallFailure = {
  reason: 'it does not speak TLS, which EVENTSTORE_URL asks for',
  outlook: 'lasting',
  mayHaveHappened: false,
};
const NO_NODE: CallFailure = { ...UNREACHABLE, reason: 'none of its nodes can be used', mayHaveHappened: false };
const FAILED: CallFailure = { ...UNREACHABLE, reason: 'it failed' };
/** Of a cluster, the nodes themselves say how they are to be reached. */
const NUMBERED: CallFailure = {
  reason: 'TLS needs the names of hosts, and it is known by IP addresses',
  outlook: 'lasting',
  mayHaveHappened: false,
};
const TOO_LARGE: CallFailure = {
  reason: 'the events are larger than it takes at once',
  outlook: 'no',
  mayHaveHappened: false,
};

const BY_CODE = new Map<unknown, CallFailure>([
  [CANCELLED, UNREACHABLE],
  [DEADLINE_EXCEEDED, TIMED_OUT],
  [PERMISSION_DENIED, DENIED],
  [RESOURCE_EXHAUSTED, { reason: 'a message was larger than allowed', outlook: 'no', mayHaveHappened: false }],
  [INVALID_ARGUMENT, { reason: 'it did not understand the call', outlook: 'no', mayHaveHappened: false }],
  [ABORTED, NO_QUORUM],
  [UNIMPLEMENTED, TOO_OLD],
  [UNAUTHENTICATED, WRONG_USER],
]);

const BY_EXCEPTION = new Map<unknown, CallFailure>([
  ['not-leader', NO_LEADER],
  ['access-denied', DENIED],
  ['stream-deleted', DELETED],
  ['maximum-append-size-exceeded', TOO_LARGE],
]);

/** By the type of the details packed into the answer to an append. */
const BY_PACKED_TYPE = new Map<string, CallFailure>([
  ['event_store.client.AccessDenied', DENIED],
  ['event_store.client.StreamDeleted', DELETED],
  ['event_store.client.MaximumAppendSizeExceeded', TOO_LARGE],
  ['event_store.client.Timeout', NO_QUORUM],
]);

/** Undefined for what is no failure of a call: refusals of ours, and defects. */
export function callFailure(error: unknown): CallFailure | undefined {
  if (error instanceof Unanswered) return TIMED_OUT;
  if (error instanceof AppendRefused) return error.failure;
  if (typeof error !== 'object' || error === null || error instanceof Failure) return undefined;
  const { code, details, metadata, message } = error as GrpcError;
  if (typeof code === 'string') return UNREACHABLE;
  if (typeof code !== 'number') return byClientsWords(String(message));
  const text = typeof details === 'string' ? details : '';
  return (
    BY_EXCEPTION.get(metadata?.getMap?.()['exception']) ??
    (code === UNAVAILABLE ? unavailable(text) : (BY_CODE.get(code) ?? bySentence(text) ?? FAILED))
  );
}

/** Whether there was no answer in the time that was given for it. */
export function isTimeout(error: unknown): boolean {
  return callFailure(error) === TIMED_OUT;
}

/** What an append's own answer says, its connection being sound. */
export function packedFailure(type: string, sentence: string): CallFailure {
  return BY_PACKED_TYPE.get(type) ?? bySentence(sentence) ?? { ...NOT_READY, mayHaveHappened: true };
}

export class AppendRefused extends Error {
  readonly failure: CallFailure;

  constructor(failure: CallFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** What comes without a code: no node of a cluster answered, or another call has just had the channel replaced. */
function byClientsWords(message: string): CallFailure | undefined {
  if (message.startsWith('Failed to discover')) return NO_NODE;
  return message === 'Channel has been shut down' ? REPLACED : undefined;
}

function unavailable(text: string): CallFailure {
  if (/wrong version number|packet length too long|record layer/i.test(text)) return NO_TLS;
  if (/certificate|altname/i.test(text)) return UNTRUSTED;
  if (/ServerName to an IP address/.test(text)) return NUMBERED;
  const ready = bySentence(text);
  if (ready) return ready;
  if (text.startsWith('Channel closed before')) return REPLACED;
  if (/^No connection established\. Last error: Failed to connect/.test(text)) return HUNG_UP;
  const neverSent = /^(No connection established|Name resolution failed)/.test(text);
  return neverSent ? { ...UNREACHABLE, mayHaveHappened: false } : UNREACHABLE;
}

/** The server's constant sentences, where it gives no code. */
function bySentence(text: string): CallFailure | undefined {
  if (/not ready/i.test(text)) return NOT_READY;
  if (/too busy|is busy/i.test(text)) return { ...NOT_READY, reason: 'it is too busy' };
  if (/no leader/i.test(text)) return NO_LEADER;
  return undefined;
}

/** The failure to show. `name` says which server, without its URL. */
export function shown({ reason, outlook }: CallFailure, name: string): Failure {
  if (reason === TOO_LARGE.reason) {
    return new InvalidInput('This is more than the event store takes at once.', { field: 'events' });
  }
  if (reason === DELETED.reason) return streamDeleted();
  const now = outlook === 'again' ? ' now' : '';
  return new ServerUnavailable(
    `EventStoreDB at ${name} cannot be used${now}: ${reason}.`,
    outlook === 'lasting' ? { lasting: true } : {},
  );
}

/** For good, or so that it could be written anew. */
export function streamDeleted(): StreamDeleted {
  return new StreamDeleted(`This cannot be served: ${DELETED.reason}.`);
}
