// Which cells a state needs and which it cannot have, and in which order the times of a row must lie: what the row
// says must be what its commands will make of it.
import type { Instant } from '#libs/kernel';
import type { RequestStatus } from '#libs/requests';
import type { CellReader } from './cell-reader.ts';
import type { ColumnName } from './ledger-columns.ts';
import { COLUMNS, STATUS_WORDS } from './ledger-columns.ts';
import { writeLedgerTime } from './ledger-time.ts';

/** Columns that some states have and others have not. */
const OF_HANDLING = [
  'dispatchedAt',
  'volunteer',
  'acceptedAt',
  'resolvedAt',
  'result',
  'reviewOn',
  'callBack',
] as const satisfies readonly ColumnName[];
type Handling = (typeof OF_HANDLING)[number];

const OFFERED: readonly Handling[] = ['dispatchedAt'];
const ACCEPTED: readonly Handling[] = [...OFFERED, 'volunteer', 'acceptedAt'];
const DONE: readonly Handling[] = [...ACCEPTED, 'resolvedAt', 'result'];

const RULES: Readonly<Record<RequestStatus, { needs: readonly Handling[]; mayHave?: readonly Handling[] }>> = {
  RAISED: { needs: [] },
  OFFERED: { needs: OFFERED },
  ACCEPTED: { needs: ACCEPTED },
  IN_PROGRESS: { needs: ACCEPTED },
  DONE: { needs: DONE },
  RESOLVED: { needs: DONE, mayHave: ['callBack'] },
  FOLLOW_UP: { needs: ['result', 'reviewOn'], mayHave: OFFERED },
  DECLINED: { needs: ['result'], mayHave: [...OFFERED, 'resolvedAt'] },
  WITHDRAWN: { needs: [], mayHave: DONE },
};

export function checkState(cells: CellReader, status: RequestStatus): void {
  const { needs, mayHave = [] } = RULES[status];
  const word = STATUS_WORDS[status];
  for (const column of OF_HANDLING) {
    if (cells.isEmpty(column)) {
      if (needs.includes(column)) cells.report(column, `Is empty, but the state ${word} needs it.`);
    } else if (!needs.includes(column) && !mayHave.includes(column)) {
      cells.report(column, `Must be empty in the state ${word}.`);
    }
  }
}

/** Who accepted, when, and on which dispatch belong together. */
export function checkAcceptance(cells: CellReader): void {
  for (const [given, needed] of [
    ['acceptedAt', 'dispatchedAt'],
    ['acceptedAt', 'volunteer'],
    ['volunteer', 'acceptedAt'],
  ] as const) {
    if (!cells.isEmpty(given) && cells.isEmpty(needed))
      cells.report(needed, `Is empty, but the row has a ${COLUMNS[given]}.`);
  }
}

export type RowTimes = Readonly<Record<'reportedAt' | 'dispatchedAt' | 'acceptedAt' | 'resolvedAt', Instant | null>>;

export function checkOrder(cells: CellReader, times: RowTimes, reviewOn: string | null, timeZone: string): void {
  let earlier: keyof RowTimes | undefined;
  for (const column of ['reportedAt', 'dispatchedAt', 'acceptedAt', 'resolvedAt'] as const) {
    const [at, before] = [times[column], earlier === undefined ? null : times[earlier]];
    if (!at) continue;
    if (before && earlier && at < before) cells.report(column, `Lies before ${COLUMNS[earlier]}.`);
    earlier = column;
  }
  const last = earlier === undefined ? null : times[earlier];
  if (last && earlier && reviewOn !== null && reviewOn < writeLedgerTime(last, timeZone).slice(0, 10))
    cells.report('reviewOn', `Lies before ${COLUMNS[earlier]}.`);
}
