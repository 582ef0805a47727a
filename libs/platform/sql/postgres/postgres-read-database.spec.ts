// What a database server adds to the contract: several processes, connections that break, and hints across them.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { people, person, withTables } from '../../contract/samples.ts';
import { cuttingProxy } from '../../testing/cut-connection.ts';
import type { TestPostgres } from '../../testing/index.ts';
import { openTestPostgres, testServerUrl } from '../../testing/index.ts';
import type { PostgresReadDatabase } from './index.ts';

const severalSessions = (name: string, test: () => Promise<void>): void => {
  if (testServerUrl !== undefined) it(name, test);
  else it.skip(`${name} (needs the server of TEST_DATABASE_URL)`, test);
};

let test: TestPostgres;
let database: PostgresReadDatabase;
beforeEach(async () => {
  test = await openTestPostgres();
  database = await test.readDatabase();
});
afterEach(() => test.discard());

const ids = async () =>
  (await database.query.selectFrom('people').select('personId').orderBy('personId').execute()).map(({ personId }) =>
    String(personId),
  );

describe('read models in PostgreSQL', () => {
  it('that nobody has built yet are told apart from a defect', async () => {
    const questions = [
      database.query.selectFrom('people').selectAll().execute(),
      database.all('SELECT * FROM "people"'),
      database.load(people, [['a']]),
    ];
    for (const question of questions)
      await expect(question).rejects.toThrow(new Unavailable('The read models are not built yet. Try again shortly.'));
    await expect(database.all('SELECT nonsense()')).rejects.toThrow('PostgreSQL refused a statement (42883)');
  });

  it('may be begun by several processes at once', async () => {
    const others = await Promise.all([1, 2, 3].map(() => test.readDatabase()));
    const made = [database, ...others].map((one) =>
      one.write(async (transaction) => {
        if (await transaction.hasTable(people)) return false;
        await transaction.createTable(people);
        await transaction.pointView('people', people);
        return true;
      }),
    );
    expect((await Promise.all(made)).filter((did) => did)).toHaveLength(1);
    expect(await ids()).toEqual([]);
  });

  it('are planned for by the rows there are as soon as a view shows them', async () => {
    await withTables(database);
    const next = { ...people, name: 'people_v2_g2' };
    await database.write(async (transaction) => {
      await transaction.createTable(next);
      await transaction.upsert(
        next,
        Array.from({ length: 700 }, (_, n) => person(`p${String(n)}`)),
      );
    });
    await database.write((transaction) => transaction.pointView('people', next));
    const sql = `SELECT reltuples AS n FROM pg_class WHERE oid = '"people_v2_g2"'::regclass`;
    expect(await database.all(sql)).toEqual([{ n: 700 }]);
  });

  it('are read by many at a time over few connections', async () => {
    await withTables(database);
    await database.write((transaction) => transaction.upsert(people, [person('a')]));
    const few = await test.readDatabase({ connections: 3 });
    const found = await Promise.all(Array.from({ length: 50 }, () => few.load(people, [['a']])));
    expect(found.flat()).toHaveLength(50);
  });

  it('tell every process of each write, and of what it may have missed', async () => {
    await withTables(database);
    const reading = await test.readDatabase();
    const stop = new AbortController();
    const hints = reading.wakeups(stop.signal)[Symbol.asyncIterator]();
    await hints.next();
    for (const id of ['a', 'b']) {
      const told = hints.next();
      await database.write((transaction) => transaction.upsert(people, [person(id)]));
      expect((await told).done).toBe(false);
      expect(await reading.load(people, [[id]])).toHaveLength(1);
    }
    const last = hints.next();
    stop.abort();
    expect((await last).done).toBe(true);
  });

  it('are written or not when the connection breaks amid the commit: nobody can say, and the next write goes on', async () => {
    await withTables(database);
    const proxy = await cuttingProxy(test.options.url);
    const cut = await test.readDatabase({ url: proxy.url });
    proxy.cutAt('COMMIT');
    const unknown = cut.write((transaction) => transaction.upsert(people, [person('a')]));
    await expect(unknown).rejects.toThrow('it cannot be reached');
    await expect(unknown).rejects.toThrow(Unavailable);
    proxy.cutAt('INSERT');
    const lost = cut.write((transaction) => transaction.upsert(people, [person('b')]));
    await expect(lost).rejects.toThrow(Unavailable);
    await cut.write((transaction) => transaction.upsert(people, [person('c')]));
    expect(await ids()).toEqual(['a', 'c']);
    await cut.close();
    proxy.close();
  });

  severalSessions('go on after their writer was cut off, without what it had not committed', async () => {
    await withTables(database);
    const postgres = await test.postgres();
    const cutOff = database.write(async (transaction) => {
      await transaction.upsert(people, [person('a')]);
      await postgres.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
      );
      await transaction.upsert(people, [person('b')]);
    });
    await expect(cutOff).rejects.toThrow(Unavailable);
    await database.write((transaction) => transaction.upsert(people, [person('c')]));
    expect(await ids()).toEqual(['c']);
  });

  severalSessions('are not held up by a writer that froze amid a transaction', async () => {
    await withTables(database);
    const frozen = await test.readDatabase({ frozenAfterMs: 200 });
    const thawed = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const late = frozen.write(async (transaction) => {
      await transaction.upsert(people, [person('frozen')]);
      begun.resolve(undefined);
      await thawed.promise;
      await transaction.upsert(people, [person('thawed')]);
    });
    late.catch(() => undefined);
    await begun.promise;
    await database.write((transaction) => transaction.upsert(people, [person('other')]));
    thawed.resolve(undefined);
    await expect(late).rejects.toThrow(Unavailable);
    expect(await ids()).toEqual(['other']);
  });

  severalSessions('are not held up by an answer that takes too long', async () => {
    const hasty = await test.readDatabase({ statementTimeoutMs: 100 });
    await expect(hasty.all('SELECT pg_sleep(5)')).rejects.toThrow('the answer took too long');
    expect(await hasty.all('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});
