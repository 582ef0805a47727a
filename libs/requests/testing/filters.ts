// Random filters of the ledger, and what they mean row by row.
import fc from 'fast-check';
import { CHANNELS } from '../domain/request.events.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import type { RequestFilter } from '../read-models/request-list.query.ts';
import type { RequestRow } from '../read-models/request-list.tables.ts';
import { CATEGORIES, COMMUNITIES } from './random-requests.ts';

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** The days of the random lives, and some that make whole months and longer windows of them. */
const day = fc.oneof(
  { weight: 3, arbitrary: fc.nat(8).map((n) => `2026-03-0${String(1 + n)}`) },
  { weight: 1, arbitrary: fc.constantFrom('2025-12-31', '2026-02-01', '2026-02-27', '2026-03-31', '2026-05-01') },
);

export const anyFilter: fc.Arbitrary<RequestFilter> = fc.record({
  communityIds: fc.array(fc.constantFrom(...COMMUNITIES, 'elsewhere'), { maxLength: 3 }),
  status: maybe(fc.array(fc.constantFrom(...REQUEST_STATUSES), { maxLength: 4 })),
  category: maybe(fc.constantFrom(...CATEGORIES, 'UNKNOWN')),
  channel: maybe(fc.constantFrom(...CHANNELS)),
  reportedFrom: maybe(day),
  reportedTo: maybe(day),
});

export function matching(rows: readonly RequestRow[], filter: RequestFilter): RequestRow[] {
  const { communityIds, status, category, channel, reportedFrom, reportedTo } = filter;
  return rows
    .filter((row) => communityIds.includes(row.communityId))
    .filter((row) => status === undefined || status.includes(row.status))
    .filter((row) => category === undefined || row.category === category)
    .filter((row) => channel === undefined || row.channel === channel)
    .filter((row) => reportedFrom === undefined || row.reportedOn >= reportedFrom)
    .filter((row) => reportedTo === undefined || row.reportedOn <= reportedTo);
}
