// A request's own events as the resident sees them, who has proved to be the one it was sealed for.
import type { PersonalTexts } from '#libs/graphql-kit';
import type { RequestOutcome } from '../application/request.orders.ts';
import type { TrackedOrder } from './order.types.ts';
import { requestRowOf } from './request-reader.ts';

const CLOSED = ['RESOLVED', 'DECLINED', 'WITHDRAWN'];

export async function trackedOrder(events: RequestOutcome['events'], texts: PersonalTexts): Promise<TrackedOrder> {
  const row = requestRowOf(events);
  const { status, category, reportedAt, dueAt, acceptedAt, doneAt, resolvedAt, closedAt, reviewOn } = row;
  const own = texts.forOwner(row.personId);
  const open = async (sealed: string | null) =>
    sealed === null ? null : ((await own.open(sealed, row.communityId)) ?? null);
  const isOpen = !CLOSED.includes(status);
  return {
    ...{ status, category, reportedAt, dueAt, acceptedAt, doneAt, resolvedAt, closedAt, reviewOn },
    offeredAt: row.dispatchedAt,
    // What a volunteer reports is shown once the office has read it.
    result: await open(status === 'RESOLVED' ? row.result : null),
    declinedBecause: await open(status === 'DECLINED' ? row.closingReason : null),
    ...{ chaseUps: row.chaseUps, chasedUpAt: row.chasedUpAt },
    rating:
      row.ratedAt === null || row.ratedAs === null
        ? null
        : {
            ...{ ratedAt: row.ratedAt, satisfaction: row.ratedAs },
            solved: row.ratedSolved === null ? null : row.ratedSolved === 1,
            comment: await open(row.ratingComment),
          },
    consentToPartners: row.partnerConsent === 1,
    ...{ canWithdraw: isOpen, canChaseUp: isOpen, canRate: status === 'RESOLVED' },
  };
}
