// `accounts`: what the operator can do about accounts without signing in. A new password is shown once and kept nowhere.
import { randomBytes } from 'node:crypto';
import type { AccountRow, Role } from '#libs/identity';
import { ROLES } from '#libs/identity';
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import Table from 'cli-table3';
import { say } from '../terminal/speech.ts';
import { allAreas, findArea } from './find-area.ts';
import { reading } from './reading.ts';
import type { Workplace } from './workplace.ts';
import { operatorContext, viewsOf, withWorkplace } from './workplace.ts';

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

/** Opens an account for a subject of the identity provider, with one role. */
async function openExternal({ foundation, services }: Workplace, subject: string, role: Role, areaId: string) {
  const { accountDesk } = services;
  const details = { areaId, subject, displayName: null };
  const { state } = await accountDesk.openExternal(details, operatorContext(foundation, { subject, areaId }));
  if (state.status === 'NONE') throw new Error('An account without a first event');
  const context = operatorContext(foundation, { role, areaId });
  await accountDesk.change(state.accountId, { type: 'GrantRole', role, areaId }, context);
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
    const { texts, written } = reading(place, 'accounts list');
    const areas = new Map((await allAreas(place)).map(({ areaId, name }) => [areaId, name]));
    const query = viewsOf<{ accountList: AccountRow }>(place.foundation);
    const table = new Table({ head: ['username', 'status', 'roles'], style: { head: [], border: [], compact: true } });
    const rows = await query.selectFrom('accountList').selectAll().execute();
    const names = await Promise.all(
      rows.map(async ({ username, subject, areaId }) => {
        const name = username ?? subject;
        return name === null ? undefined : texts.open(name, areaId);
      }),
    );
    await written();
    const lines = rows.map((row, index) => {
      const grants = JSON.parse(row.grants) as { role: string; areaId: string }[];
      const roles = grants.map(({ role, areaId }) => `${role} in ${areas.get(areaId) ?? areaId}`);
      return [names[index] ?? '(erased)', row.status, roles.join(', ')];
    });
    table.push(...lines.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
    say(table.toString());
    return 0;
  });
}

export function addAccount(settings: Settings, username: string, role: string, area: string): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const known = knownRole(role);
    const password = await openAccount(place, { username, role: known, areaId: (await findArea(place, area)).areaId });
    say(`Opened. Password, shown only now: ${password}`);
    return 0;
  });
}

export function addExternalAccount(settings: Settings, subject: string, role: string, area: string): Promise<number> {
  return withWorkplace(settings, async (place) => {
    await openExternal(place, subject, knownRole(role), (await findArea(place, area)).areaId);
    say('Opened. Its owner signs in at the identity provider.');
    return 0;
  });
}

function knownRole(role: string): Role {
  const known = ROLES.find((of) => of === role.toUpperCase());
  if (!known) throw new InvalidInput(`There is no such role; there are ${ROLES.join(', ')}.`);
  return known;
}

export function resetPassword(settings: Settings, username: string): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const { accountDesk, passwordDesk } = place.services;
    const password = newPassword();
    const accountId = accountDesk.idOf(username);
    await passwordDesk.reset(accountId, password, operatorContext(place.foundation, { accountId }));
    say(`Password, shown only now: ${password}`);
    return 0;
  });
}

/** @param external whether the name is a subject of the identity provider */
export function switchAccount(settings: Settings, name: string, on: boolean, external: boolean): Promise<number> {
  return withWorkplace(settings, async ({ foundation, services: { accountDesk } }) => {
    const order = { type: on ? 'EnableAccount' : 'DisableAccount' } as const;
    const accountId = external ? accountDesk.idOfExternal(name) : accountDesk.idOf(name);
    await accountDesk.change(accountId, order, operatorContext(foundation, { ...order }));
    say(on ? 'The account can sign in again.\n' : 'The account can no longer sign in.');
    return 0;
  });
}
