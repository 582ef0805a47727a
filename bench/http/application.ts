// Our server as `npm start` runs it, on a new data directory with one community and its office.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '#apps/api';
import { createApplication } from '#apps/api';
import { readSettings } from '#libs/platform';
import type { RaiseDetails } from '#libs/requests';

export interface BenchApplication {
  readonly application: Application;
  readonly communityId: string;
  /** The office's. */
  readonly token: string;
  /** Raises one more request. */
  readonly raise: () => Promise<unknown>;
}

/** Ends with SIGTERM, and its data directory with it. */
export async function startBenchApplication(): Promise<BenchApplication> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-http-'));
  // All clients of a bench come from one address.
  const bounds = { CONNECTIONS: '100000', CONNECTIONS_PER_ADDRESS: '100000' };
  const settings = readSettings({ DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'error', GRAPHIQL: 'off', ...bounds });
  const application = await createApplication(settings);
  process.on('SIGTERM', () => {
    void application.close().then(() => {
      rmSync(directory, { recursive: true, force: true });
      process.exit(0);
    });
  });
  const { foundation, services } = application;
  const context = () => foundation.contexts.of(undefined, 'bench', { commandId: randomUUID() });

  const add = async (level: 'DISTRICT' | 'STREET' | 'COMMUNITY', parentId: string | null) => {
    const { events } = await services.areaDesk.add({ level, name: level, parentId }, context());
    return events[0]?.stream.slice('area-'.length) ?? '';
  };
  const communityId = await add('COMMUNITY', await add('STREET', await add('DISTRICT', null)));
  await services.areas.catchUp();

  const account = { areaId: communityId, username: 'bench-office', displayName: null, password: randomUUID() };
  await services.accountDesk.open(account, context());
  const accountId = services.accountDesk.idOf(account.username);
  await services.accountDesk.change(accountId, { type: 'GrantRole', role: 'OFFICE', areaId: communityId }, context());
  const { accessToken: token } = await services.signIn.withPassword(account.username, account.password);

  const details: RaiseDetails = {
    ...{ communityId, ledgerNumber: null, channel: 'PHONE', category: 'SANITATION', building: '11门' },
    ...{ reporter: { name: '刘', phone: '13900000000', address: null }, matter: '楼道里的灯不亮了' },
  };
  return { application, communityId, token, raise: () => services.requestDesk.raise(details, context()) };
}
