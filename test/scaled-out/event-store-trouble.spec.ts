// An event store that is up and does not serve: clients are told to try again, readiness says why, nothing that was
// acknowledged is lost, and all goes on without a restart.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SimulatorProcess } from '../support/eventstoredb-simulator/index.ts';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';
import type { Settled } from './harness/settled.ts';
import { settle } from './harness/settled.ts';
import { expectDiscretion, linesOf, MATTER } from './harness/spoken.ts';

describeScaledOut('an event store', () => {
  let house: Deployment | undefined;
  let at: Settled | undefined;

  beforeAll(async () => {
    house = await Deployment.start({ apis: 1, projectors: 1, simulator: { nodes: 3 } });
    at = await settle(house);
    await house.ready();
  }, 120_000);

  afterAll(async () => {
    await at?.foundation.shutdown.run();
    await house?.stop();
  });

  const raise = (commandId: string) => {
    const report = { communityId: at!.communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER };
    return at!.trySend('raiseRequest', { commandId, ...report });
  };
  const goesOn = async () => {
    const { id, position } = await at!.raise();
    expect(await at!.office.read('request', { id, atLeast: position })).toMatchObject({ id });
    await house!.ready();
  };

  type Change = (simulator: SimulatorProcess) => Promise<unknown>;

  // A node that is not ready is passed over; of a cluster, no more is known then.
  const SAID =
    /^EventStoreDB at 127\.0\.0\.1\S+ cannot be used now: (it is not ready|it has no leader|it cannot be reached|none of its nodes can be used)\.$/;

  it.each<[string, Change, Change]>([
    ['is not ready', (of) => of.ask('setReady', false), (of) => of.ask('setReady', true)],
    ['has no leader', (of) => of.ask('loseLeader'), (of) => of.ask('changeLeader', 1)],
    ['is gone', (of) => of.ask('shutDown'), (of) => of.ask('startUp')],
  ])('%s: all say so, and go on when it is back', async (_, trouble, end) => {
    const said = house!.processes.map((each) => each.said.length);
    const commandId = randomUUID();
    await trouble(house!.simulator);
    try {
      const refused = raise(commandId);
      for (const each of house!.processes) {
        const { status } = await each.until(({ eventStore }) => SAID.test(eventStore ?? ''));
        expect(status).toBe('degraded');
        expect((await fetch(`${each.url}/livez`)).status).toBe(200);
      }
      const { code, text } = await refused;
      expect(code).toBe('UNAVAILABLE');
      expect(text).not.toMatch(/127\.0\.0\.1|canary/);
    } finally {
      await end(house!.simulator);
    }
    await house!.ready();
    expect((await raise(commandId)).code).toBeUndefined();
    await goesOn();
    for (const [index, each] of house!.processes.entries()) {
      const news = each.said.slice(said[index]);
      expectDiscretion(news);
      for (const message of ['subscriptions wait for the log', 'checkpoints cannot be read']) {
        expect(linesOf(news, message).length).toBeLessThanOrEqual(1);
      }
      const stops = linesOf(news, 'projection cannot go on').map(
        (line) => `${String(line['projection'])} ${String(line['reason'])}`,
      );
      expect(stops.length).toBe(new Set(stops).size);
    }
  });

  const UNCONFIRMED =
    /^EventStoreDB at \S+ cannot be used now: its nodes did not confirm in time; perhaps too few of them are running\. The command may or/;

  it('without a quorum: commands are refused, what shows no personal data can be read, and the same command counts once', async () => {
    const before = await at!.raise();
    await house!.simulator.ask('loseQuorum');
    const commandId = randomUUID();
    try {
      const { code, text } = await raise(commandId);
      expect(code).toBe('UNAVAILABLE');
      expect(text).not.toMatch(/127\.0\.0\.1|canary/);
      const [api] = house!.apis;
      expect(await api!.report()).toMatchObject({ status: 'degraded', requests: expect.stringMatching(UNCONFIRMED) });
      expect(linesOf(api!.said, 'requests are refused').at(-1)).toMatchObject({
        reason: expect.stringMatching(UNCONFIRMED),
      });
      expect((await at!.office.read('resolution', { atLeast: before.position })).raised.value).toBeGreaterThan(0);
      // Who reads of people is recorded first, and nothing can be recorded.
      expect(await at!.office.see('request', { id: before.id })).toMatchObject({
        code: 'UNAVAILABLE',
        value: undefined,
      });
    } finally {
      await house!.simulator.ask('regainQuorum', 'kept');
    }
    const again = await raise(commandId);
    expect(again.code).toBeUndefined();
    expect((await raise(commandId)).value.request.id).toBe(again.value.request.id);
    const stored = (await house!.simulator.ask('events')).filter(
      ({ stream }) => stream === `request-${String(again.value.request.id)}`,
    );
    expect(stored).toHaveLength(1);
    await goesOn();
  });

  it('whose follower lags is asked at its leader', async () => {
    await house!.simulator.ask('lag', 0, 50);
    await goesOn();
    await house!.simulator.ask('lag', 0, undefined);
    await goesOn();
  });
});
