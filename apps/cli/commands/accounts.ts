// `accounts`: what the operator can do about accounts without signing in. A new password is shown once and kept nowhere.
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AccountRow, Role } from '#libs/identity';
import { ROLES } from '#libs/identity';
import type { AreaTables } from '#libs/communities';
import { AreaQueries } from '#libs/communities';
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import Table from 'cli-table3';
import type { Workplace } from './workplace.ts';
import { catchUp, operatorContext, withWorkplace } from './workplace.ts';

export interface NewAccount {
  readonly username: string;
  readonly role: Role;
  readonly areaId: string;
  readonly displayName?: string | undefined;
  readonly volunteerId?: string | undefined;
}

/** Easy to type, 80 bits: no letters that look like others. */
export function newPassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(16), (byte) => letters[byte % letters.length]).join('');
}

/** Opens an account with one role; answers its password. Refused when the name is taken. */
export async function openAccount({ foundation, services }: Workplace, account: NewAccount): Promise<string> {
  const { accountDesk } = services;
  const { username, role, areaId, displayName = null, volunteerId } = account;
  const password = newPassword();
  await accountDesk.open({ areaId, username, displayName, password }, operatorContext(foundation, { username }));
  const accountId = accountDesk.idOf(username);
  await accountDesk.change(
    accountId,
    { type: 'GrantRole', role, areaId },
    operatorContext(foundation, { role, areaId }),
  );
  if (volunteerId !== undefined) {
    await accountDesk.change(
      accountId,
      { type: 'LinkVolunteer', volunteerId },
      operatorContext(foundation, { volunteerId }),
    );
  }
  return password;
}

export function listAccounts(settings: Settings): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const { readModels, vault } = place.foundation;
    await catchUp(place.foundation);
    const query = readModels.query as unknown as Kysely<{ accountList: AccountRow }>;
    const table = new Table({ head: ['username', 'status', 'roles'], style: { head: [], border: [], compact: true } });
    for (const row of await query.selectFrom('accountList').selectAll().execute()) {
      const grants = JSON.parse(row.grants) as { role: string; areaId: string }[];
      const roles = await Promise.all(
        grants.map(async ({ role, areaId }) => `${role} in ${await areaName(place, areaId)}`),
      );
      table.push([vault.open(row.username, row.areaId) ?? '(erased)', row.status, roles.join(', ')]);
    }
    process.stdout.write(`${table.toString()}\n`);
    return 0;
  });
}

export function addAccount(settings: Settings, username: string, role: string, area: string): Promise<number> {
  return withWorkplace(settings, async (place) => {
    await catchUp(place.foundation);
    const known = ROLES.find((of) => of === role.toUpperCase());
    if (!known) throw new InvalidInput(`There is no such role; there are ${ROLES.join(', ')}.`);
    const password = await openAccount(place, { username, role: known, areaId: await findArea(place, area) });
    process.stdout.write(`Opened. Password, shown only now: ${password}\n`);
    return 0;
  });
}

export function resetPassword(settings: Settings, username: string): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const { accountDesk } = place.services;
    const password = newPassword();
    const accountId = accountDesk.idOf(username);
    await accountDesk.changePassword(accountId, password, operatorContext(place.foundation, { accountId }));
    process.stdout.write(`Password, shown only now: ${password}\n`);
    return 0;
  });
}

export function switchAccount(settings: Settings, username: string, on: boolean): Promise<number> {
  return withWorkplace(settings, async ({ foundation, services: { accountDesk } }) => {
    const order = { type: on ? 'EnableAccount' : 'DisableAccount' } as const;
    await accountDesk.change(accountDesk.idOf(username), order, operatorContext(foundation, { ...order }));
    process.stdout.write(on ? 'The account can sign in again.\n' : 'The account can no longer sign in.\n');
    return 0;
  });
}

async function findArea({ foundation }: Workplace, option: string): Promise<string> {
  const areas = await (foundation.readModels.query as unknown as Kysely<AreaTables>)
    .selectFrom('areaList')
    .select(['areaId', 'name', 'level'])
    .where(({ eb, or }) => or([eb('areaId', '=', option), eb('name', '=', option)]))
    .execute();
  const [only, ...others] = areas;
  if (!only) throw new InvalidInput('There is no area of this name or id.');
  if (others.length > 0) throw new InvalidInput('Several areas have this name; give the id.');
  return only.areaId;
}

async function areaName({ foundation }: Workplace, areaId: string): Promise<string> {
  const queries = new AreaQueries(foundation.readModels.query as unknown as Kysely<AreaTables>);
  return (await queries.byId(areaId))?.name ?? areaId;
}
