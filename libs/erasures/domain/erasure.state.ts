// Where the erasure of one person stands, folded from its events.
import type { Instant } from '#libs/kernel';
import { assertNever } from '#libs/kernel';
import type { ErasureEvent, Grounds, Hold, LegalHold, Subject } from './erasure.events.ts';

interface Known {
  readonly personId: string;
  readonly subject: Subject;
  readonly communityId: string;
  readonly legalHold: LegalHold | null;
  /** When the latest event happened: a clock that went back does not go behind it. */
  readonly since: Instant;
}

interface Asked {
  readonly grounds: Grounds;
  readonly requestedBy: string;
}

export type KnownErasure =
  | (Known & { readonly status: 'NOT_REQUESTED' | 'CANCELLED' })
  | (Known & Asked & { readonly status: 'REQUESTED' })
  | (Known & Asked & { readonly status: 'APPROVED'; readonly dueAt: Instant; readonly heldBy: Hold | null })
  | (Known &
      Asked & { readonly status: 'BEGUN' | 'KEY_DESTROYED'; readonly trace: string | null; readonly tasks: number })
  | (Known & Asked & { readonly status: 'ERASED' });
export type ErasureState = { readonly status: 'NONE' } | KnownErasure;
export type ErasureStatus = KnownErasure['status'];
export type UnderWay = Extract<KnownErasure, { status: 'BEGUN' | 'KEY_DESTROYED' | 'ERASED' }>;

export const initialErasure: ErasureState = { status: 'NONE' };

export function isUnderWay(state: ErasureState): state is UnderWay {
  return state.status === 'BEGUN' || state.status === 'KEY_DESTROYED' || state.status === 'ERASED';
}

export function evolve(state: ErasureState, event: ErasureEvent): ErasureState {
  const { personId, at } = event.data;
  if (event.type === 'ErasureRequested' || event.type === 'HoldPlaced') {
    const { subject, communityId } = event.data;
    const fresh = { personId, subject, communityId, legalHold: null, since: at, status: 'NOT_REQUESTED' } as const;
    const known = state.status === 'NONE' ? fresh : { ...state, since: at };
    if (event.type === 'HoldPlaced') return { ...known, legalHold: event.data.reason };
    const { grounds, by } = event.data;
    return { ...knownPart(known), status: 'REQUESTED', grounds, requestedBy: by };
  }
  if (state.status === 'NONE') return state;
  const known = { ...knownPart(state), since: at };
  switch (event.type) {
    case 'HoldLifted':
      return { ...state, since: at, legalHold: null };
    case 'ErasureCancelled':
      return { ...known, status: 'CANCELLED' };
    case 'ErasureApproved':
      return { ...known, ...askedPart(state), status: 'APPROVED', dueAt: event.data.dueAt, heldBy: null };
    case 'ErasureHeld':
      return state.status === 'APPROVED' ? { ...state, since: at, heldBy: event.data.hold } : state;
    case 'ErasureBegun': {
      const { trace, tasks } = event.data;
      return { ...known, ...askedPart(state), status: 'BEGUN', trace, tasks };
    }
    case 'PersonKeyDestroyed': {
      const { trace = null } = state as { trace?: string | null };
      return { ...known, ...askedPart(state), status: 'KEY_DESTROYED', trace, tasks: event.data.tasks };
    }
    case 'PersonErased':
      return { ...known, ...askedPart(state), status: 'ERASED' };
    default:
      return assertNever(event);
  }
}

function knownPart({ personId, subject, communityId, legalHold, since }: KnownErasure): Known {
  return { personId, subject, communityId, legalHold, since };
}

function askedPart(state: KnownErasure): Asked {
  return 'grounds' in state
    ? { grounds: state.grounds, requestedBy: state.requestedBy }
    : { grounds: 'ASKED_FOR', requestedBy: 'system' };
}
