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

interface Traced {
  readonly trace: string | null;
  readonly tasks: number;
}

export type KnownErasure =
  | (Known & { readonly status: 'NOT_REQUESTED' | 'CANCELLED' })
  | (Known & Asked & { readonly status: 'REQUESTED' })
  | (Known & Asked & { readonly status: 'APPROVED'; readonly dueAt: Instant; readonly heldBy: Hold | null })
  | (Known & Asked & Traced & { readonly status: 'BEGUN'; readonly dueAt: Instant | null; readonly begunAt: Instant })
  | (Known & Asked & Traced & { readonly status: 'KEY_DESTROYED' })
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
      return heldBack(state, known, event.data.hold);
    case 'ErasureBegun': {
      const { trace, tasks } = event.data;
      const dueAt = state.status === 'APPROVED' ? state.dueAt : null;
      return { ...known, ...askedPart(state), status: 'BEGUN', trace, tasks, dueAt, begunAt: at };
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

/** What was begun becomes what it was before; retention begins anew by itself. */
function heldBack(state: KnownErasure, known: Known, heldBy: Hold): ErasureState {
  if (state.status !== 'APPROVED' && state.status !== 'BEGUN') return state;
  const asked = askedPart(state);
  if (state.dueAt !== null) return { ...known, ...asked, status: 'APPROVED', dueAt: state.dueAt, heldBy };
  return asked.grounds === 'RETENTION'
    ? { ...known, status: 'CANCELLED' }
    : { ...known, ...asked, status: 'REQUESTED' };
}

function knownPart({ personId, subject, communityId, legalHold, since }: KnownErasure): Known {
  return { personId, subject, communityId, legalHold, since };
}

function askedPart(state: KnownErasure): Asked {
  return 'grounds' in state
    ? { grounds: state.grounds, requestedBy: state.requestedBy }
    : { grounds: 'ASKED_FOR', requestedBy: 'system' };
}
