// A log of requests on disk and the read models made of it, in any dialect, with the real store, keys and projection
// engine.
import fc from 'fast-check';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { Projection } from '#libs/projections';
import { hashTables, ProjectionEngine } from '#libs/projections';
import type { DecodedEvent } from '#libs/event-store';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import { sqlite } from '#libs/platform/testing';
import { requestCodec } from '../codec/request.codec.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import { requestListProjection } from '../read-models/request-list.projection.ts';
import { taskBoardProjection } from '../read-models/task-board.projection.ts';
import { eventsOf, lives } from './random-requests.ts';

export const PROJECTIONS = [requestListProjection, taskBoardProjection] as unknown as readonly Projection[];

export class RequestRecords {
  readonly #house: CommunityHouse;
  readonly #databases: ReadDatabase[] = [];
  readonly #revisions = new Map<string, number>();

  /** @param house whose log the requests are written to, closed with these records */
  constructor(house: CommunityHouse) {
    this.#house = house;
  }

  static async open(dialect = sqlite): Promise<RequestRecords> {
    return new RequestRecords(await CommunityHouse.empty(dialect));
  }

  /** Appends to one request's stream, as one command. */
  async record(requestId: string, communityId: string, events: readonly RequestEvent[]): Promise<void> {
    const [first] = events;
    if (!first) return;
    const stream = `request-${requestId}`;
    const revision = this.#revisions.get(stream);
    this.#revisions.set(stream, (revision ?? -1) + events.length);
    const context = { ...contextAt(first.data.at), communityId };
    const encoded = await requestCodec.encode(events, context, this.#house.vault);
    await this.#house.store.append(stream, encoded, { expected: revision ?? 'no-stream' });
  }

  /** Read models of this many random lives, the same at every call. */
  async ofManyLives(count: number): Promise<ReadDatabase> {
    const told = Array.from({ length: count }, async (_, index) => {
      const requestId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const [turns = []] = fc.sample(lives(30, requestId), { numRuns: 1, seed: index });
      const last = turns.at(-1)?.after;
      if (last && last.status !== 'NONE') await this.record(requestId, last.communityId, eventsOf(turns));
    });
    await Promise.all(told);
    const database = await this.openReadModels();
    await this.project(database);
    return database;
  }

  /** The request's whole history as it lies in the log. */
  async history(requestId: string): Promise<DecodedEvent<RequestEvent>[]> {
    const { events } = await this.#house.store.readStream(`request-${requestId}`);
    return events.map((event) => requestCodec.decode(event));
  }

  async openReadModels(name = 'read-models'): Promise<ReadDatabase> {
    const database = await this.#house.openReadModels(name);
    this.#databases.push(database);
    return database;
  }

  engine(database: ReadDatabase, batchSize = 1_000): ProjectionEngine {
    const { store } = this.#house;
    const logger = createLogger({ level: 'silent' });
    return new ProjectionEngine({ store, database, projections: PROJECTIONS, logger, clock: systemClock, batchSize });
  }

  /** Brings the read models up to the log's end. */
  async project(database: ReadDatabase, batchSize?: number): Promise<void> {
    const engine = this.engine(database, batchSize);
    await engine.start();
    await engine.waitFor(await this.#house.store.head());
    await engine.stop();
  }

  async rebuild(database: ReadDatabase): Promise<void> {
    const engine = this.engine(database);
    await engine.start();
    for (const { name } of PROJECTIONS) await engine.rebuild(name);
    await engine.stop();
  }

  async close(): Promise<void> {
    for (const database of this.#databases) await database.close();
    await this.#house.close();
  }
}

export async function hashes(database: ReadDatabase): Promise<string[]> {
  return Promise.all(PROJECTIONS.map((projection) => hashTables(database, projection)));
}
