// An office with a community of its own on disk, for specifications: a real log, real keys, real read models.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Foundation, Services } from '#apps/foundation';
import { openFoundation, startServices } from '#apps/foundation';
import type { Catalogue } from '#libs/communities';
import { newAreaId } from '#libs/communities';
import type { RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { readSettings } from '#libs/platform';
import type { RequestRow, RequestViews } from '#libs/requests';
import { RequestQueries } from '#libs/requests';
import { operatorContext, viewsOf } from '../commands/workplace.ts';
import type { Comparison } from '../ledger/import-ledger.ts';
import { LedgerImport } from '../ledger/import-ledger.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { Cells } from './ledger-files.ts';
import { bytesOf, csvOf } from './ledger-files.ts';

export class LedgerOffice {
  readonly directory: string;
  readonly foundation: Foundation;
  readonly services: Services;
  readonly communityId: string;

  private constructor(directory: string, foundation: Foundation, services: Services, communityId: string) {
    this.directory = directory;
    this.foundation = foundation;
    this.services = services;
    this.communityId = communityId;
  }

  static async open(): Promise<LedgerOffice> {
    const directory = mkdtempSync(join(tmpdir(), 'ledger-office-'));
    const settings = readSettings({ DATA_DIR: join(directory, 'data'), LOG_LEVEL: 'error' });
    const foundation = await openFoundation(settings);
    const services = await startServices(foundation);
    const add = async (level: 'DISTRICT' | 'STREET' | 'COMMUNITY', name: string, parentId: string | null) => {
      const context = operatorContext(foundation, { level, name });
      await services.areaDesk.add({ level, name, parentId }, context);
      return newAreaId(context.commandId);
    };
    const street = await add('STREET', '某街道', await add('DISTRICT', '某区', null));
    return new LedgerOffice(directory, foundation, services, await add('COMMUNITY', '流霞里', street));
  }

  async close(): Promise<void> {
    await this.foundation.shutdown.run();
    rmSync(this.directory, { recursive: true });
  }

  catalogue(): Promise<Catalogue> {
    return this.services.catalogues.of(this.communityId);
  }

  async read(rows: readonly Cells[]) {
    return readLedger(bytesOf(csvOf(rows)), { catalogue: await this.catalogue(), now: this.foundation.clock.now() });
  }

  /** Reads the rows, which must be good, and compares them with the log. */
  async compare(rows: readonly Cells[]): Promise<Comparison> {
    const ledger = await this.read(rows);
    if (ledger.issues.length > 0) throw new Error(JSON.stringify(ledger.issues));
    return (await this.importer()).compare(ledger.rows);
  }

  async importer(): Promise<LedgerImport> {
    return new LedgerImport(this.foundation, this.services, await this.catalogue());
  }

  async import(rows: readonly LedgerRow[], options: Parameters<LedgerImport['run']>[1] = {}) {
    return (await this.importer()).run(rows, options);
  }

  async events(): Promise<RecordedEvent[]> {
    const log: RecordedEvent[] = [];
    for (let after: Position = START_OF_LOG; ;) {
      const { events, next, head } = await this.foundation.store.readAll({ after });
      log.push(...events);
      after = next;
      if (next >= head) return log;
    }
  }

  /** The ledger's requests by number. */
  async requests(): Promise<Map<string | null, RequestRow>> {
    await this.foundation.projections.waitFor(await this.foundation.store.head());
    const queries = new RequestQueries(viewsOf<RequestViews>(this.foundation));
    const page = { newestFirst: false, limit: 1_000 };
    const rows = await queries.page({ communityIds: [this.communityId] }, page);
    return new Map(rows.map((row) => [row.ledgerNumber, row]));
  }
}
