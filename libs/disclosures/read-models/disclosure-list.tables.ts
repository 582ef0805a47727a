// The tables behind the list of readings. Type aliases, not interfaces: only those count as rows of named columns.
import { rowTable } from '#libs/projections';

/** What one account was shown of one person within an hour. */
export type DisclosureRow = {
  readonly communityId: string;
  /** When the hour began. */
  readonly hour: string;
  readonly accountId: string;
  readonly personId: string;
  /** `accountId.personId`: what rows of an hour are sorted by. */
  readonly readId: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly times: number;
  /** `string[]` as JSON, sorted: such as `query requests`. */
  readonly through: string;
  /** `string[]` as JSON, sorted: such as `reporter/phone`. */
  readonly fields: string;
  /** The last record taken in, by its stream, so that one that comes twice counts once. Ids of events differ between stores. */
  readonly lastRecord: string;
};

const text = { type: 'text' } as const;
const integer = { type: 'integer' } as const;

export const disclosureList = rowTable<DisclosureRow>({
  name: 'disclosureList',
  columns: {
    communityId: text,
    hour: text,
    accountId: text,
    personId: text,
    readId: text,
    firstAt: text,
    lastAt: text,
    times: integer,
    through: text,
    fields: text,
    lastRecord: text,
  },
  key: ['communityId', 'hour', 'accountId', 'personId'],
  indexes: [
    ['communityId', 'hour', 'readId'],
    ['communityId', 'accountId', 'hour', 'readId'],
    ['communityId', 'personId', 'hour', 'readId'],
    ['hour', 'communityId', 'accountId'],
  ],
});
