// What holds of a request whatever is asked of it and in whatever order.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Turn } from '../testing/random-requests.ts';
import { eventsOf, lives, VOLUNTEERS } from '../testing/random-requests.ts';
import { stateAfter } from '../testing/request-examples.ts';
import type { RequestEvent } from './request.events.ts';
import { REQUEST_REJECTIONS } from './request.rejections.ts';
import { holdsTask, REQUEST_STATUSES } from './request.state.ts';

const life = lives(60);
const always = (check: (turns: Turn[]) => void) => {
  fc.assert(fc.property(life, check), { numRuns: 150 });
};
const ofType = <Type extends RequestEvent['type']>(events: readonly RequestEvent[], ...types: Type[]) =>
  events.filter((event): event is Extract<RequestEvent, { type: Type }> => types.includes(event.type as Type));

describe('any life of a request', () => {
  it('is answered with events or one of the known refusals, and folds to the same state again', () => {
    const seen = new Set<string>();
    always((turns) => {
      for (const { decision } of turns) {
        if (decision.kind === 'rejected') expect(REQUEST_REJECTIONS).toContain(decision.rejection.code);
      }
      for (const { after } of turns) seen.add(after.status);
      const last = turns.at(-1)?.after ?? stateAfter([]);
      expect(stateAfter(eventsOf(turns))).toEqual(last);
      expect(JSON.parse(JSON.stringify(last))).toEqual(last);
    });
    expect([...seen].sort()).toEqual([...REQUEST_STATUSES].sort());
  });

  it('never moves back in time, nor beyond the clock', () => {
    always((turns) => {
      for (const { before, after, decision, command } of turns) {
        if (before.status === 'NONE' || after.status === 'NONE' || decision.kind === 'rejected') continue;
        expect(after.since >= before.since).toBe(true);
        for (const { type, data } of decision.events) {
          expect(data.at <= (command.now > before.since ? command.now : before.since)).toBe(true);
          if (type !== 'OfferExpired') expect(data.at >= before.since).toBe(true);
        }
      }
    });
  });

  it('gives every offer one end, and every task one winner who was asked', () => {
    always((turns) => {
      const events = eventsOf(turns);
      const standing = turns.at(-1)?.after;
      const offers = ofType(events, 'RequestDispatched').map(({ data }) => data);
      expect(new Set(offers.map(({ taskId }) => taskId)).size).toBe(offers.length);
      for (const { taskId, audience } of offers) {
        const won = ofType(events, 'TaskAccepted').filter(({ data }) => data.taskId === taskId);
        const ends = ofType(events, 'OfferRecalled', 'OfferExpired', 'TaskDeclined').filter(
          (event) => event.data.taskId === taskId && (event.type !== 'TaskDeclined' || event.data.endsOffer),
        );
        const stands = standing?.status === 'OFFERED' && standing.offer.taskId === taskId;
        expect(won.length + ends.length + Number(stands)).toBe(1);
        if (audience.kind === 'DIRECTED' && won[0]) expect(won[0].data.volunteerId).toBe(audience.volunteerId);
      }
    });
  });

  it('shows contact data to one volunteer at most, and to none without an accepted task', () => {
    always((turns) => {
      for (const { after } of turns) {
        const holders = VOLUNTEERS.filter((volunteerId) => holdsTask(after, volunteerId));
        expect(holders).toHaveLength('task' in after ? 1 : 0);
      }
    });
  });

  it('counts every rework, and escalates the third time only', () => {
    always((turns) => {
      const events = eventsOf(turns);
      const reworks = ofType(events, 'WorkSentBack', 'RequestReopened').length;
      const last = turns.at(-1)?.after;
      if (last && last.status !== 'NONE') expect(last.reworks).toBe(reworks);
      expect(ofType(events, 'RequestEscalated')).toHaveLength(reworks >= 3 ? 1 : 0);
    });
  });
});
