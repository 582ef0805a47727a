// A real log, real read models in any dialect, and engines over them, for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { ReadModelHome } from '#libs/platform/testing';
import { sqlite } from '#libs/platform/testing';
import type { ProjectionEngineOptions } from '../projection-engine.ts';
import { ProjectionEngine } from '../projection-engine.ts';
import { hashTables } from '../hash-tables.ts';
import type { Projection } from '../projection.ts';
import type { BoxEvent } from './boxes/index.ts';
import { boxEvent, boxListProjection } from './boxes/index.ts';

type EngineChoice = Partial<ProjectionEngineOptions>;

export class ProjectionHouse {
  readonly directory: string;
  readonly logLines: string[] = [];
  store: SqliteEventStore;
  database: ReadDatabase;
  readonly #home: ReadModelHome;
  readonly #engines: ProjectionEngine[] = [];
  #events = 0;

  private constructor(directory: string, home: ReadModelHome, database: ReadDatabase) {
    this.directory = directory;
    this.store = this.openStore();
    this.#home = home;
    this.database = database;
  }

  /** @param directory of the log, and of the read models where they are files; default a new one */
  static async open(
    dialect = sqlite,
    directory = mkdtempSync(join(tmpdir(), 'projections-')),
  ): Promise<ProjectionHouse> {
    const home = await dialect.openHome(directory);
    return new ProjectionHouse(directory, home, await home.open());
  }

  openStore(name = 'events.db'): SqliteEventStore {
    return SqliteEventStore.open({ file: join(this.directory, name) });
  }

  openDatabase(name?: string): Promise<ReadDatabase> {
    return this.#home.open(name);
  }

  /** As if the read models had been lost with their disk. */
  async loseDatabase(): Promise<void> {
    await this.database.close();
    await this.#home.lose();
    this.database = await this.openDatabase();
  }

  async engine(choice: EngineChoice = {}): Promise<ProjectionEngine> {
    const logger = createLogger({ level: 'debug', write: (line) => this.logLines.push(line) });
    const { store, database } = this;
    const engine = new ProjectionEngine({
      store,
      database,
      projections: [boxListProjection()],
      logger,
      clock: systemClock,
      ...choice,
    });
    this.#engines.push(engine);
    await engine.start();
    return engine;
  }

  /** Appends to `box-<box>` without knowing its revision. */
  async append(box: string, event: Parameters<typeof boxEvent>[0], store: EventStore = this.store): Promise<Position> {
    const { position } = await store.append(`box-${box}`, [boxEvent(event, (this.#events += 1))], { expected: 'any' });
    return position;
  }

  place(box: string, shelf: string, weight = 1): Promise<Position> {
    return this.append(box, { type: 'BoxPlaced', data: { shelf, weight } });
  }

  async appendAll(history: readonly (readonly [string, BoxEvent])[]): Promise<Position> {
    const appended = await Promise.all(history.map(([box, event]) => this.append(box, event)));
    return appended.at(-1) ?? this.store.head();
  }

  /** Which box stands on which shelf, in the order of the boxes. */
  shelves(): Promise<{ boxId: string; shelf: string }[]> {
    return this.database.query.selectFrom('boxList').select(['boxId', 'shelf']).orderBy('boxId').execute();
  }

  /** Of the tables that are served. */
  hash(): Promise<string> {
    return hashTables(this.database, boxListProjection());
  }

  /** The tables a fresh database gets from the whole log: what every other way must lead to. */
  async replayHash(projection: Projection = boxListProjection()): Promise<string> {
    const database = await this.openDatabase(`replay_${String(Math.random()).slice(2, 10)}`);
    const engine = await this.engine({ database, projections: [projection] });
    await engine.waitFor(await this.store.head());
    const hash = await hashTables(database, projection);
    await engine.stop();
    await database.close();
    return hash;
  }

  /** Closes everything and leaves what is stored. */
  async release(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.stop()));
    await this.database.close();
    await this.store.close();
  }

  async remove(): Promise<void> {
    await this.#home.discard();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.release();
    await this.remove();
  }
}
