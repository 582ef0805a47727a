// Streams of ours that somebody truncated or deleted in the event store: commands on them are refused with a sentence,
// everything else goes on, and a projector that starts beside them leads.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';
import type { Settled } from './harness/settled.ts';
import { settle } from './harness/settled.ts';
import { expectDiscretion } from './harness/spoken.ts';

describeScaledOut('a stream that somebody', () => {
  let house: Deployment | undefined;
  let at: Settled | undefined;
  let intruder: EventStoreDBClient | undefined;

  beforeAll(async () => {
    house = await Deployment.start({ apis: 1, projectors: 1 });
    intruder = EventStoreDBClient.connectionString(house.simulator.connectionString);
    at = await settle(house);
  }, 120_000);

  afterAll(async () => {
    await intruder?.dispose();
    await at?.foundation.shutdown.run();
    await house?.stop();
  });

  afterEach(async () => {
    await house!.ready();
    for (const each of house!.processes) expectDiscretion(each.said);
  });

  const INCOMPLETE = /The history of request-\S+ is incomplete: revision 0 is missing\. Restore it from a backup\./;

  it.each<[string, (client: EventStoreDBClient, stream: string) => Promise<unknown>, string, RegExp]>([
    ['truncated', (of, stream) => of.setStreamMetadata(stream, { truncateBefore: 1 }), 'UNAVAILABLE', INCOMPLETE],
    ['cut to its last event', (of, stream) => of.setStreamMetadata(stream, { maxCount: 1 }), 'UNAVAILABLE', INCOMPLETE],
    ['deleted', (of, stream) => of.deleteStream(stream), 'UNAVAILABLE', /deleted/],
    ['deleted for good', (of, stream) => of.tombstoneStream(stream), 'UNAVAILABLE', /deleted/],
  ])('%s is refused, and the projector that comes next leads beside it', async (_, alter, code, sentence) => {
    const { id } = await at!.raise();
    const { position } = await at!.office.order('dispatchRequest', { requestId: id });
    await at!.office.read('request', { id, atLeast: position });
    await alter(intruder!, `request-${id}`);

    const refused = await at!.trySend('recallOffer', { requestId: id, reason: 'by mistake' });
    expect({ code: refused.code, text: refused.text }).toEqual({ code, text: expect.stringMatching(sentence) });
    expect(refused.text).not.toMatch(/127\.0\.0\.1|canary/);
    const [projector] = house!.projectors;
    await projector!.stop();
    await projector!.restart();
    expect(await house!.leader()).toBe(projector);
    await projector!.ready();
    const next = await at!.raise();
    expect(await at!.office.read('request', { id: next.id, atLeast: next.position })).toMatchObject({ id: next.id });
    expect(await at!.office.read('request', { id })).toMatchObject({ status: 'OFFERED' });
  });

  it('altered does not stand in the way of a rebuild', async () => {
    const { code, output } = await house!.cli('rebuild', 'request-list');
    expect({ code, output }).toEqual({ code: 0, output: 'Rebuilt 1 read model: request-list.\n' });
  });
});
