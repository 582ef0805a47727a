// `demo`: a community with its ledger and an account for every role, made by the same commands as everything else, and
// the server on top. Run again it finds all of it and appends nothing.
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApplication } from '#apps/api';
import type { Catalogue } from '#libs/communities';
import { newAreaId } from '#libs/communities';
import type { Role } from '#libs/identity';
import { ROLES } from '#libs/identity';
import { InvalidInput, Rejected } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import type { RequestViews } from '#libs/requests';
import { ResolutionQueries } from '#libs/requests';
import type { VolunteerTables } from '#libs/volunteers';
import { VolunteerQueries } from '#libs/volunteers';
import Table from 'cli-table3';
import { writePrivateFile } from '../files/operator-file.ts';
import { readLedgerFile } from '../ledger/ledger-file.ts';
import { figuresTable } from '../terminal/figures-table.ts';
import { openAccount, newPassword } from './accounts.ts';
import { importLedger } from './import.ts';
import type { Workplace } from './workplace.ts';
import { catchUp, operatorContext, viewsOf, withWorkplace } from './workplace.ts';

export const DEMO_COMMUNITY = '流霞里';
const DEMO_ACCOUNTS_FILE = 'demo-accounts.json';
const DEMO_LEDGER = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../demo/ledger.csv' : '../../../../apps/cli/demo/ledger.csv',
    import.meta.url,
  ),
);

interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
}

export async function runDemo(settings: Settings): Promise<number> {
  const prepared = await withWorkplace(settings, prepare);
  const { foundation, url } = await createApplication(settings, { role: 'all', onBroken: () => process.exit(1) });
  foundation.shutdown.onSignals();
  process.stdout.write(`\n${prepared.figures}\n\n${addresses(settings, url)}\n\n${accountsTable(prepared.accounts)}\n`);
  process.stdout.write(
    `\nThe accounts are in ${join(settings.dataDirectory, DEMO_ACCOUNTS_FILE)} too. Serving; stop with Ctrl-C.\n`,
  );
  return 0;
}

async function prepare(place: Workplace): Promise<{ figures: string; accounts: readonly DemoAccount[] }> {
  const areas = await addAreas(place);
  const catalogue = await place.services.catalogues.of(areas.community);
  const code = await importLedger(place, catalogue, await readLedgerFile(DEMO_LEDGER));
  if (code !== 0) throw new InvalidInput('The demo’s ledger could not be imported; see above.');
  const accounts = await provideAccounts(place, areas);
  await catchUp(place);
  return { figures: await figures(place, catalogue), accounts };
}

interface DemoAreas {
  readonly district: string;
  readonly street: string;
  readonly community: string;
}

async function addAreas({ foundation, services }: Workplace): Promise<DemoAreas> {
  const add = async (level: 'DISTRICT' | 'STREET' | 'COMMUNITY', name: string, parentId: string | null) => {
    const context = operatorContext(foundation, { level, name }, `demo ${level}`);
    await services.areaDesk.add({ level, name, parentId }, context);
    return newAreaId(context.commandId);
  };
  const district = await add('DISTRICT', '示范区', null);
  const street = await add('STREET', '示范街道', district);
  return { district, street, community: await add('COMMUNITY', DEMO_COMMUNITY, street) };
}

const AREA_OF_ROLE: Readonly<Record<Role, keyof DemoAreas>> = {
  RESIDENT: 'community',
  OFFICE: 'community',
  SUPERVISOR: 'street',
  VOLUNTEER: 'community',
  TEAM_LEAD: 'community',
  DEPARTMENT: 'community',
  AUDITOR: 'district',
  ADMINISTRATOR: 'district',
};

/** An account for every role; those that exist keep their passwords as long as the file that holds them is there. */
async function provideAccounts(place: Workplace, areas: DemoAreas): Promise<readonly DemoAccount[]> {
  const { dataDirectory } = place.foundation.settings;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const file = join(dataDirectory, DEMO_ACCOUNTS_FILE);
  const known = await readAccounts(file);
  const accounts: DemoAccount[] = [];
  for (const role of ROLES) {
    const username = `demo-${role.toLowerCase().replace('_', '-')}`;
    const found = known.find((account) => account.username === username && account.role === role);
    accounts.push(found ?? { username, role, password: await provideAccount(place, areas, username, role) });
  }
  if (accounts.every((account) => known.includes(account))) return accounts;
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  await writePrivateFile(fresh, (append) => append(`${JSON.stringify(accounts, null, 2)}\n`));
  await rename(fresh, file);
  return accounts;
}

async function provideAccount(place: Workplace, areas: DemoAreas, username: string, role: Role): Promise<string> {
  const volunteerId = role === 'VOLUNTEER' ? await someVolunteer(place, areas.community) : undefined;
  try {
    return await openAccount(place, { username, role, areaId: areas[AREA_OF_ROLE[role]], volunteerId });
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // The account is there but its password was lost with the file.
    const { accountDesk, passwordDesk } = place.services;
    const password = newPassword();
    const accountId = accountDesk.idOf(username);
    await passwordDesk.reset(accountId, password, operatorContext(place.foundation, { accountId }));
    return password;
  }
}

async function someVolunteer({ foundation }: Workplace, communityId: string): Promise<string> {
  const queries = new VolunteerQueries(viewsOf<VolunteerTables>(foundation));
  const [first] = await queries.list({ communityId }, { limit: 1, after: undefined });
  if (!first) throw new InvalidInput('The demo’s ledger names no volunteer.');
  return first.volunteerId;
}

async function readAccounts(file: string): Promise<readonly DemoAccount[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DemoAccount[];
  } catch {
    return [];
  }
}

async function figures({ foundation }: Workplace, catalogue: Catalogue): Promise<string> {
  const queries = new ResolutionQueries(viewsOf<RequestViews>(foundation));
  const filter = { communityIds: [catalogue.communityId] };
  const [tally, byCategory] = [await queries.tally(filter), await queries.slices('category', filter)];
  return figuresTable({ title: DEMO_COMMUNITY, tally, byCategory }, catalogue);
}

function addresses({ graphiql }: Settings, url: string): string {
  const lines = [`GraphQL        ${url}/graphql`, `Subscriptions  ${url.replace('http', 'ws')}/graphql`];
  if (graphiql) lines.push(`GraphiQL       ${url}/graphiql`);
  return lines.join('\n');
}

function accountsTable(accounts: readonly DemoAccount[]): string {
  const table = new Table({ head: ['role', 'username', 'password'], style: { head: [], border: [], compact: true } });
  for (const { role, username, password } of accounts) table.push([role, username, password]);
  return table.toString();
}
