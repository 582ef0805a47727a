// A directory with a real log and a real read-model file, and engines over them, for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, openReadDatabase, systemClock } from '#libs/platform';
import type { ProjectionEngineOptions } from '../projection-engine.ts';
import { ProjectionEngine } from '../projection-engine.ts';
import { hashTables } from '../hash-tables.ts';
import type { Projection } from '../projection.ts';
import type { BoxEvent } from './box-projection.ts';
import { boxEvent, boxListProjection } from './box-projection.ts';

type EngineChoice = Partial<ProjectionEngineOptions>;

export class ProjectionHouse {
  readonly directory: string;
  readonly logLines: string[] = [];
  store: SqliteEventStore;
  database: ReadDatabase;
  readonly #engines: ProjectionEngine[] = [];
  #events = 0;

  constructor(directory = mkdtempSync(join(tmpdir(), 'projections-'))) {
    this.directory = directory;
    this.store = this.openStore();
    this.database = this.openDatabase();
  }

  openStore(name = 'events.db'): SqliteEventStore {
    return SqliteEventStore.open({ file: join(this.directory, name) });
  }

  openDatabase(name = 'read-models.db'): ReadDatabase {
    return openReadDatabase({ file: join(this.directory, name) });
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

  /** The tables a fresh read-model file gets from the whole log: what every other way must lead to. */
  async replayHash(projection: Projection = boxListProjection()): Promise<string> {
    const name = `replay-${String(Math.random()).slice(2)}.db`;
    const database = this.openDatabase(name);
    const engine = await this.engine({ database, projections: [projection] });
    await engine.waitFor(await this.store.head());
    const hash = await hashTables(database, projection);
    await engine.stop();
    await database.close();
    return hash;
  }

  /** Closes everything and leaves the files. */
  async release(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.stop()));
    await this.database.close();
    await this.store.close();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.release();
    this.remove();
  }
}
