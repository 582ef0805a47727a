// What others wrote into our categories, or did to our streams: the read model that meets it pauses there and says where,
// without a word of what it holds; the other ones, and every other stream, go on.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { Position } from '#libs/kernel';
import { PROJECTIONS } from '#apps/foundation';
import { skipEvent } from '#libs/projections';
import type { DeployedProcess, Report } from '../support/deployment/index.ts';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';
import type { Settled } from './harness/settled.ts';
import { settle } from './harness/settled.ts';
import { expectDiscretion, linesOf, MATTER } from './harness/spoken.ts';

const CONTENT = { requestId: MATTER, matter: MATTER };
const OF_REQUESTS = ['request-list'];

describeScaledOut('events of others', () => {
  let house: Deployment | undefined;
  let at: Settled;
  let projector: DeployedProcess;
  let intruder: EventStoreDBClient;

  beforeAll(async () => {
    house = await Deployment.start({ apis: 1, projectors: 1 });
    projector = house.projectors[0]!;
    intruder = EventStoreDBClient.connectionString(house.simulator.connectionString);
    at = await settle(house);
  }, 120_000);

  afterAll(async () => {
    await intruder.dispose();
    await (at as Settled | undefined)?.foundation.shutdown.run();
    await house?.stop();
  });

  afterEach(async () => {
    await house!.ready();
    for (const each of house!.processes) expectDiscretion(each.said);
  });

  const write = (stream: string, ...events: Parameters<EventStoreDBClient['appendToStream']>[1][]) =>
    intruder.appendToStream(stream, events.flat());
  const elsewhere = () => `request-${randomUUID()}`;

  const pausedIn = ({ projections = [] }: Report) => projections.filter(({ paused }) => paused !== undefined);
  const paused = async (names: readonly string[]) => {
    const report = await projector.until((of) => pausedIn(of).length === names.length, 15_000);
    const others = report.projections!.filter(({ name }) => !names.includes(name));
    expect(report.status).toBe('degraded');
    expect(pausedIn(report).map(({ name }) => name)).toEqual(names);
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'live'));
    return pausedIn(report)[0]!.paused!;
  };
  const skip = async (names: readonly string[], position: string) => {
    const { store, readModels: database } = at.foundation;
    for (const name of names) {
      const projection = PROJECTIONS.find((of) => of.name === name)!;
      await skipEvent({ store, database }, projection, position as Position);
    }
  };
  const atWork = async () => {
    const { id, position } = await at.raise();
    return at.office.read('request', { id, atLeast: position });
  };

  it('of a type nobody knows: no read model asks for it, and its stream alone is refused', async () => {
    const { id } = await at.raise();
    await write(`request-${id}`, jsonEvent({ type: 'SomethingElse', data: CONTENT }));
    await write('request-of-others', jsonEvent({ type: 'SomethingElse', data: CONTENT }));
    const refused = await at.trySend('dispatchRequest', { requestId: id });
    expect(refused.code).toBe('UNAVAILABLE');
    expect(refused.text).toMatch(/Event of type SomethingElse at position \d+ cannot be read: its type is unknown/);
    expect(await atWork()).toMatchObject({ status: 'RAISED' });
    expect(await projector.ready()).toMatchObject({ status: 'ready' });
  });

  const known = { type: 'RequestRaised', data: CONTENT };
  const envelope = (version: number) => {
    const metadata = { version, commandId: randomUUID(), communityId: at.communityId, actorId: '' };
    return { id: randomUUID(), metadata };
  };

  it.each<[string, () => Parameters<typeof write>[1], RegExp]>([
    ['without our metadata', () => jsonEvent(known), /version 0 is not known here\.$/],
    ['of a newer version', () => jsonEvent({ ...known, metadata: envelope(99) }), /version 99 is not known here\.$/],
    ['in bytes', () => binaryEvent({ type: known.type, data: Buffer.from(MATTER) }), /version 0 is not known here\.$/],
    ['with other data', () => jsonEvent({ ...known, metadata: envelope(1) }), /./],
    ['with a text sealed for another place', () => moved(), /personal data is not sealed for this place\.$/],
  ])('of a known type, %s: what handles it pauses, and goes on when an operator says so', async (_, event, reason) => {
    const stream = elsewhere();
    await write(stream, event());
    const where = await paused(OF_REQUESTS);
    expect(where).toMatchObject({ type: 'RequestRaised', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(where)).not.toContain('canary');

    const { id, position } = await at.raise();
    const refused = await at.trySend('dispatchRequest', { requestId: stream.slice('request-'.length) });
    expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
    expect(refused.text).not.toContain('canary');

    await skip(OF_REQUESTS, where.position);
    await projector.ready();
    expect(await at.office.read('request', { id, atLeast: position })).toMatchObject({ status: 'RAISED' });
  });

  /** Somebody's RequestRaised, under another id. */
  let sealed: { type: string; data: object; metadata: { id: string } };
  beforeAll(async () => {
    const { id } = await at.raise();
    for await (const { event } of intruder.readStream(`request-${id}`)) {
      sealed = { type: event!.type, data: event!.data as object, metadata: event!.metadata as typeof sealed.metadata };
    }
  });
  const moved = () => jsonEvent({ ...sealed, metadata: { ...sealed.metadata, id: randomUUID() } } as never);

  it('among the areas: the operator is told by the command line, and servers start beside it', async () => {
    await write(`area-${randomUUID()}`, jsonEvent({ type: 'AreaAdded', data: CONTENT }));
    const { position } = await paused(['area-list']);
    const [api] = house!.apis;
    await api!.stop();
    await api!.restart();
    await api!.until(({ status }) => status !== 'starting');
    expect(await atWork()).toMatchObject({ status: 'RAISED' });
    expect(await house!.cli('skip', 'area-list', '1')).toMatchObject({
      code: 1,
      errors: 'area-list is not paused at this position.\n',
    });
    expect(await house!.cli('skip', 'area-list', position)).toMatchObject({ code: 0, errors: '' });
    await projector.ready();
    expect(linesOf(projector.said, 'projection paused').at(-1)).toMatchObject({ projection: 'area-list', position });
    expect(linesOf(projector.said, 'event skipped').at(-1)).toMatchObject({ projection: 'area-list', position });
  });
});
