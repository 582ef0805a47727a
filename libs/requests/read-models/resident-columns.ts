// What the resident says of their request, as columns of the ledger's row.
import type { RequestEvent } from '../domain/request.events.ts';
import type { RequestRow } from './request-list.tables.ts';

export type ResidentEvent = Extract<
  RequestEvent,
  { type: 'ChaseUpRecorded' | 'ResultRated' | 'PartnerConsentGiven' | 'PartnerConsentWithdrawn' }
>;

/** As long as nobody has rated the result, and again once it no longer stands. */
export const NOT_RATED = { ratedAt: null, ratedAs: null, ratedSolved: null, ratingComment: null } as const;

export const NOTHING_SAID = {
  ...{ chaseUps: 0, chasedUpAt: null, chaseUpNote: null, partnerConsent: 0 },
  ...NOT_RATED,
} as const;

export function afterResident(row: RequestRow, { type, data }: ResidentEvent): RequestRow {
  switch (type) {
    case 'ChaseUpRecorded':
      return { ...row, chaseUps: row.chaseUps + 1, chasedUpAt: data.at, chaseUpNote: data.note };
    case 'ResultRated': {
      const { at, satisfaction, solved, comment } = data;
      const ratedSolved = solved === null ? null : Number(solved);
      return { ...row, ratedAt: at, ratedAs: satisfaction, ratedSolved, ratingComment: comment };
    }
    case 'PartnerConsentGiven':
      return { ...row, partnerConsent: 1 };
    case 'PartnerConsentWithdrawn':
      return { ...row, partnerConsent: 0 };
  }
}
