// The tables behind the list of erasures and holds. Hold no personal data.
import { counterTable, rowTable } from '#libs/projections';
import type { Grounds, Hold, LegalHold, SubjectKind } from '../domain/erasure.events.ts';
import type { ErasureStatus } from '../domain/erasure.state.ts';

export type ErasureRow = {
  readonly personId: string;
  readonly kind: SubjectKind;
  readonly subjectId: string;
  readonly communityId: string;
  readonly status: ErasureStatus;
  readonly legalHold: LegalHold | null;
  readonly heldBy: Hold | null;
  readonly grounds: Grounds | null;
  readonly requestedAt: string | null;
  readonly requestedBy: string | null;
  readonly approvedAt: string | null;
  readonly approvedBy: string | null;
  readonly dueAt: string | null;
  readonly erasedAt: string | null;
  readonly bytesSearched: number | null;
  /** When the timer has something to do: due, or cut short; null otherwise. */
  readonly nextAt: string | null;
  /** When it was first heard of: the order of lists. */
  readonly openedAt: string;
  readonly revision: number;
};

const text = { type: 'text' } as const;
const optional = { type: 'text', nullable: true } as const;

export const erasureList = rowTable<ErasureRow>({
  name: 'erasureList',
  columns: {
    personId: text,
    kind: text,
    subjectId: text,
    communityId: text,
    status: text,
    legalHold: optional,
    heldBy: optional,
    grounds: optional,
    requestedAt: optional,
    requestedBy: optional,
    approvedAt: optional,
    approvedBy: optional,
    dueAt: optional,
    erasedAt: optional,
    bytesSearched: { type: 'integer', nullable: true },
    nextAt: optional,
    openedAt: text,
    revision: { type: 'integer' },
  },
  key: ['personId'],
  indexes: [
    ['communityId', 'openedAt', 'personId'],
    ['communityId', 'status', 'openedAt', 'personId'],
    ['nextAt', 'personId'],
  ],
});

export type ErasureCountRow = {
  readonly communityId: string;
  readonly status: ErasureStatus;
  readonly erasures: number;
};

export const erasureCount = counterTable<ErasureCountRow>({
  name: 'erasureCount',
  columns: { communityId: text, status: text, erasures: { type: 'integer' } },
  key: ['communityId', 'status'],
});
