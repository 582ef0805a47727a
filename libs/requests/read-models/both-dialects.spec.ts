// Any history makes the same tables in SQLite and in PostgreSQL, to the byte, in whatever batches and however often they
// are built anew: all projections there are, over one log of areas, volunteers, accounts and requests.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areaAggregate, areaListProjection, STANDARD_CATALOGUE } from '#libs/communities';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import { accountAggregate, accountListProjection } from '#libs/identity';
import { deterministicId } from '#libs/event-store';
import { Rejected } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { ReadModelHome } from '#libs/platform/testing';
import { postgres } from '#libs/platform/testing';
import type { Projection } from '#libs/projections';
import { hashTables, ProjectionEngine } from '#libs/projections';
import { volunteerAggregate, volunteerListProjection } from '#libs/volunteers';
import { eventsOf, lives } from '../testing/random-requests.ts';
import { minute } from '../testing/request-examples.ts';
import { PROJECTIONS as REQUEST_PROJECTIONS, RequestRecords } from '../testing/request-records.ts';

const PROJECTIONS = [
  areaListProjection,
  volunteerListProjection,
  accountListProjection,
  ...REQUEST_PROJECTIONS,
] as unknown as readonly Projection[];

const idOf = (kind: string, n: number) => deterministicId(kind, String(n));
const some = (n: number) => fc.nat(n - 1);
// Whatever people type, but for what cannot be stored.
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
const skills = fc.subarray(['PLUMBING', 'MEDIATION', 'REPAIR']);

/** Names are not cleaned here: what the deciders let pass is what the read models must be able to keep. */
const step = fc.oneof(
  fc.record({ of: fc.constant('area' as const), n: some(6), parent: some(6), name: anyText, change: some(4) }),
  fc.record({
    of: fc.constant('volunteer' as const),
    n: some(6),
    name: anyText,
    skills,
    change: some(8),
    slot: some(3),
  }),
  fc.record({ of: fc.constant('account' as const), n: some(4), name: anyText, change: some(7), role: some(3) }),
);
/** Five requests that nobody has told of before. */
const livesOf = (chapter: number) =>
  fc.tuple(...[0, 1, 2, 3, 4].map((n) => lives(30, idOf('request', 5 * chapter + n))));
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function areaCommand({ n, parent, name, change }: Extract<Step, { of: 'area' }>, times: object) {
  const level = (['DISTRICT', 'STREET', 'COMMUNITY'] as const)[n % 3] ?? 'COMMUNITY';
  const above = { STREET: 'DISTRICT', COMMUNITY: 'STREET' } as const;
  const under = level === 'DISTRICT' ? undefined : above[level];
  const parentId = under === undefined ? null : idOf('area', parent);
  const commands = [
    { type: 'AddArea', areaId: idOf('area', n), level, name, parentId, parentLevel: under },
    { type: 'RenameArea', name },
    { type: 'PublishCatalogue', entries: STANDARD_CATALOGUE },
    { type: 'SetPolicy', changes: { openTaskLimit: 1 + parent } },
  ];
  return { ...commands[change], ...times };
}

function volunteerCommand({ n, name, skills, change, slot }: Extract<Step, { of: 'volunteer' }>, times: object) {
  const communityId = idOf('area', 2 + 3 * (n % 2));
  const task = { taskId: idOf('task', slot), communityId, skills: [], limit: 3, notHeld: [] };
  const commands = [
    {
      type: 'RegisterVolunteer',
      volunteerId: idOf('volunteer', n),
      communityId,
      name,
      phone: null,
      skills,
      registeredBy: 'OFFICE',
    },
    { type: 'VerifyVolunteer' },
    { type: 'SetVolunteerSkills', skills },
    { type: 'SetDuty', onDuty: slot > 0 },
    { type: 'SuspendVolunteer', reason: name, until: slot > 1 ? minute(9_000) : null },
    { type: 'ReinstateVolunteer' },
    { type: 'ReserveTaskSlot', ...task },
    { type: 'FreeTaskSlot', taskId: task.taskId },
  ];
  return { ...commands[change], ...times };
}

function accountCommand({ n, name, change, role }: Extract<Step, { of: 'account' }>) {
  const grant = { role: ['OFFICE', 'AUDITOR', 'SUPERVISOR'][role], areaId: idOf('area', role) };
  const commands = [
    {
      type: 'OpenAccount',
      accountId: idOf('account', n),
      areaId: idOf('area', 0),
      username: name,
      displayName: name,
      passwordHash: 'h',
    },
    { type: 'GrantRole', ...grant },
    { type: 'RevokeRole', ...grant },
    { type: 'LinkVolunteer', volunteerId: idOf('volunteer', n) },
    { type: 'ChangePassword', passwordHash: 'other', keptSessionId: null },
    { type: 'DisableAccount' },
    { type: 'EnableAccount' },
  ];
  return commands[change];
}

describe('the read models of any history', () => {
  let house: CommunityHouse;
  let records: RequestRecords;
  let other: ReadModelHome;
  const opened: ReadDatabase[] = [];
  beforeEach(async () => {
    house = await CommunityHouse.empty();
    records = new RequestRecords(house);
    other = await postgres.openHome();
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await other.discard();
    await records.close();
  });

  /** Does it if it is allowed. */
  async function take(step: Step, at: number): Promise<void> {
    const context = contextAt(minute(at));
    const times = { at: minute(at), now: minute(at) };
    const id = idOf(step.of, step.n);
    const area = idOf('area', 0);
    const { executor } = house;
    try {
      if (step.of === 'area') await executor.execute(areaAggregate, id, areaCommand(step, times) as never, id, context);
      else if (step.of === 'volunteer')
        await executor.execute(volunteerAggregate, id, volunteerCommand(step, times) as never, area, context);
      else await executor.execute(accountAggregate, id, accountCommand(step) as never, area, context);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }

  /** The hash of every projection, made of the whole log in batches of this size. */
  async function made(database: ReadDatabase, batchSize: number, rebuilding = false): Promise<string[]> {
    const logger = createLogger({ level: 'silent' });
    const { store } = house;
    const engine = new ProjectionEngine({
      store,
      database,
      projections: PROJECTIONS,
      logger,
      clock: systemClock,
      batchSize,
    });
    await engine.start();
    await engine.waitFor(await store.head(), { timeoutMs: 60_000 });
    if (rebuilding) for (const { name } of PROJECTIONS) await engine.rebuild(name);
    await engine.stop();
    return Promise.all(PROJECTIONS.map((projection) => hashTables(database, projection)));
  }

  async function open(home: { open(name: string): Promise<ReadDatabase> }): Promise<ReadDatabase> {
    const database = await home.open(randomUUID().slice(0, 8));
    opened.push(database);
    return database;
  }

  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`are the same in both dialects, grown or built anew (seed ${seed})`, async () => {
    const sqliteHome = { open: (name: string) => house.openReadModels(name) };
    const [grown, inPostgres] = [await open(sqliteHome), await open(other)];
    let minutes = 0;
    for (let chapter = 0; chapter < 8; chapter += 1) {
      const told = fc.tuple(
        fc.array(step, { minLength: 20, maxLength: 60 }),
        livesOf(chapter),
        fc.constantFrom(1, 3, 1_000),
      );
      const [[steps, requests, batchSize] = [[], [], 1]] = fc.sample(told, { numRuns: 1, seed: seed + chapter });
      for (const one of steps) await take(one, (minutes += 1));
      for (const turns of requests) {
        const last = turns.at(-1)?.after;
        if (last && last.status !== 'NONE') await records.record(last.requestId, last.communityId, eventsOf(turns));
      }
      expect(await made(inPostgres, batchSize)).toEqual(await made(grown, 7));
    }
    for (const { name } of PROJECTIONS.flatMap(({ tables }) => tables)) {
      const [{ n } = { n: 0 }] = await grown.all(`SELECT count(*) AS n FROM "${name}"`);
      expect([name, Number(n) > 0]).toEqual([name, true]);
    }
    const served = await made(grown, 1_000);
    expect(await made(inPostgres, 50, true)).toEqual(served);
    expect(await made(await open(other), 5)).toEqual(served);
    expect(await made(await open(sqliteHome), 1_000)).toEqual(served);
  });
});
