// A whole office for specifications: a real event store, real keys, real read models in any dialect, one district with a
// street and a community.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandExecutor } from '#libs/commands';
import { AreaDesk, Catalogues, newAreaId } from '#libs/communities';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { CommandContext, Instant } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { ReadModelHome } from '#libs/platform/testing';
import { sqlite } from '#libs/platform/testing';
import type { PersonalDataVault } from '#libs/privacy';
import { openTestVault } from '#libs/privacy/testing';
import type { Projection } from '#libs/projections';
import { ProjectionEngine } from '#libs/projections';

/** A command at a time; under a new id, recorded when it happened, unless said otherwise. */
export function contextAt(at: string, over: Partial<CommandContext> = {}): CommandContext {
  return {
    ...{ commandId: randomUUID(), commandHash: 'hash', actor: { accountId: 'system', role: 'SYSTEM' } },
    ...{ occurredAt: at as Instant, recordedAt: at as Instant, ...over },
  };
}

export interface ProjectedHouse {
  readonly database: ReadDatabase;
  readonly engine: ProjectionEngine;
  /** Resolves once everything recorded before the call can be read. */
  catchUp(): Promise<void>;
}

export class CommunityHouse {
  readonly #projected: (() => Promise<void>)[] = [];
  readonly #readModels: ReadModelHome;
  /** Where the house's files lie, to look for what must not be in them. */
  readonly directory: string;
  readonly vault: PersonalDataVault;
  readonly store: SqliteEventStore;
  readonly executor: CommandExecutor;
  readonly catalogues: Catalogues;
  readonly areas: AreaDesk;
  districtId = '';
  streetId = '';
  communityId = '';

  private constructor(directory: string, vault: PersonalDataVault, readModels: ReadModelHome) {
    this.directory = directory;
    this.#readModels = readModels;
    this.vault = vault;
    this.store = SqliteEventStore.open({ file: join(directory, 'events.db') });
    this.executor = new CommandExecutor(this.store, vault);
    this.catalogues = new Catalogues(this.store);
    this.areas = new AreaDesk(this.executor);
  }

  /** With an empty log: not even areas. */
  static async empty(dialect = sqlite): Promise<CommunityHouse> {
    const directory = mkdtempSync(join(tmpdir(), 'house-'));
    return new CommunityHouse(directory, await openTestVault(directory), await dialect.openHome(directory));
  }

  static async open(dialect = sqlite): Promise<CommunityHouse> {
    const house = await CommunityHouse.empty(dialect);
    house.districtId = await house.addArea('DISTRICT', null, '某区');
    house.streetId = await house.addArea('STREET', house.districtId, '某街道');
    house.communityId = await house.addArea('COMMUNITY', house.streetId, '流霞里');
    return house;
  }

  async addArea(level: 'DISTRICT' | 'STREET' | 'COMMUNITY', parentId: string | null, name: string): Promise<string> {
    const context = contextAt('2026-01-01T00:00:00.000Z');
    await this.areas.add({ level, parentId, name }, context);
    return newAreaId(context.commandId);
  }

  /** An empty database beside the others, for the caller to close. */
  openReadModels(name: string): Promise<ReadDatabase> {
    return this.#readModels.open(name);
  }

  /** Read models of their own, at the log's end as it is now; they follow it until the house is closed. */
  async project(...projections: readonly Projection[]): Promise<ProjectedHouse> {
    const database = await this.openReadModels(randomUUID().slice(0, 8));
    const logger = createLogger({ level: 'error' });
    const engine = new ProjectionEngine({ store: this.store, database, projections, logger, clock: systemClock });
    await engine.start();
    this.#projected.push(async () => {
      await engine.stop();
      await database.close();
    });
    const projected = { database, engine, catchUp: async () => engine.waitFor(await this.store.head()) };
    await projected.catchUp();
    return projected;
  }

  async close(): Promise<void> {
    for (const stop of this.#projected) await stop();
    await this.store.close();
    await this.vault.close();
    await this.#readModels.discard();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
