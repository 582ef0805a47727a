// Readings by account, person and hour: repeated ones of an hour share a row, so that a page refreshed all day adds few,
// and the different people an account has read of are the rows to count.
import type { DecodedEvent } from '#libs/event-store';
import type { Projection } from '#libs/projections';
import { disclosureCodec } from '../codec/disclosure.codec.ts';
import type { PersonalDataDisclosed } from '../domain/disclosure.events.ts';
import { hourOf } from '../domain/disclosure.events.ts';
import type { DisclosureRow } from './disclosure-list.tables.ts';
import { disclosureList } from './disclosure-list.tables.ts';

type Disclosed = DecodedEvent<PersonalDataDisclosed>;
type Key = readonly [communityId: string, hour: string, accountId: string, personId: string];

export const disclosureListProjection: Projection<PersonalDataDisclosed> = {
  name: 'disclosure-list',
  version: 1,
  tables: [disclosureList],
  codecs: [disclosureCodec],
  handles: ['PersonalDataDisclosed'],
  keys: (event) => readings(event).map(({ key }) => [disclosureList, ...key] as const),

  apply(event, rows) {
    const { operation, through, at } = event.data;
    const ways = through.map((field) => `${operation} ${field}`);
    for (const { key, fields } of readings(event)) {
      const before = rows.get(disclosureList, ...key);
      if (before?.lastRecord === event.stream) continue;
      rows.put(disclosureList, {
        ...(before ?? first(key, at)),
        lastAt: at,
        times: (before?.times ?? 0) + 1,
        through: union(before?.through, ways),
        fields: union(before?.fields, fields),
        lastRecord: event.stream,
      });
    }
  },
};

function readings(event: Disclosed): { key: Key; fields: readonly string[] }[] {
  const { communityId, actorId } = event.metadata;
  const { at, viewers, shown } = event.data;
  const accounts = viewers.length > 0 ? viewers : [actorId];
  const hour = hourOf(at);
  return accounts.flatMap((accountId) =>
    shown.flatMap(({ fields, personIds }) =>
      personIds.map((personId) => ({ key: [communityId, hour, accountId, personId] as const, fields })),
    ),
  );
}

function first([communityId, hour, accountId, personId]: Key, firstAt: string) {
  return { communityId, hour, accountId, personId, readId: `${accountId}.${personId}`, firstAt };
}

function union(before: string | undefined, added: readonly string[]): string {
  const known = before === undefined ? [] : (JSON.parse(before) as DisclosureRow['fields'][]);
  return JSON.stringify([...new Set([...known, ...added])].sort());
}
