import { describe, expect, it } from '@jest/globals';
import type { DecodedEvent } from '#libs/event-store';
import { foldRow } from '#libs/projections';
import type { PersonalDataDisclosed } from '../domain/disclosure.events.ts';
import { disclosureListProjection } from './disclosure-list.projection.ts';
import { disclosureList } from './disclosure-list.tables.ts';

type Data = Partial<PersonalDataDisclosed['data']>;

let ids = 0;
const disclosed = (at: string, data: Data): DecodedEvent<PersonalDataDisclosed> => {
  const standard = { at, operation: 'query', through: ['requests'], viewers: ['clerk'], shown: [] };
  const metadata = { communityId: 'liuxia', actorId: 'system' };
  const event = { stream: `disclosure-${String((ids += 1))}`, type: 'PersonalDataDisclosed', metadata };
  return { ...event, data: { ...standard, ...data } } as unknown as DecodedEvent<PersonalDataDisclosed>;
};
const of = (...personIds: string[]) => ({ fields: ['matter'], personIds });
const HOUR = '2026-03-01T09:00:00.000Z';
const rowOf = (events: readonly DecodedEvent<PersonalDataDisclosed>[], account: string, person: string) =>
  foldRow(disclosureListProjection, disclosureList, events, 'liuxia', HOUR, account, person);

describe('the list of readings', () => {
  const history = [
    disclosed('2026-03-01T09:10:00.000Z', { shown: [of('liu', 'wang')] }),
    disclosed('2026-03-01T09:20:00.000Z', {
      operation: 'mutation',
      through: ['raiseRequest'],
      shown: [{ fields: ['reporter/phone'], personIds: ['liu'] }],
    }),
    disclosed('2026-03-01T10:00:00.000Z', { shown: [of('liu')] }),
    disclosed('2026-03-01T09:30:00.000Z', { operation: 'subscription', viewers: ['a', 'b'], shown: [of('wang')] }),
    disclosed('2026-03-01T09:40:00.000Z', { operation: 'command', viewers: [], shown: [of('wang')] }),
  ];
  const expected = {
    ...{ communityId: 'liuxia', hour: HOUR, accountId: 'clerk', personId: 'liu', readId: 'clerk.liu' },
    ...{ firstAt: '2026-03-01T09:10:00.000Z', lastAt: '2026-03-01T09:20:00.000Z', times: 2 },
    ...{ through: '["mutation raiseRequest","query requests"]', fields: '["matter","reporter/phone"]' },
  };

  it('gathers what an account read of a person within an hour', () => {
    expect(rowOf(history, 'clerk', 'liu')).toMatchObject(expected);
    expect(rowOf(history, 'clerk', 'wang')).toMatchObject({ times: 1 });
  });

  it('is the same when every event is applied twice', () => {
    expect(
      rowOf(
        history.flatMap((event) => [event, event]),
        'clerk',
        'liu',
      ),
    ).toMatchObject(expected);
  });

  it('has everybody a subscription told, and the system where nobody was signed in', () => {
    for (const account of ['a', 'b', 'system']) expect(rowOf(history, account, 'wang')).toMatchObject({ times: 1 });
    expect(rowOf(history, 'a', 'liu')).toBeUndefined();
  });
});
