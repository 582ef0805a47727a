// The demonstration as a newcomer sees it: figures, addresses, an account for every role that can sign in, and a second
// run that appends nothing.
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { ROLES } from '#libs/identity';

const CLI = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, 'data', name);

/** Runs the demo until it serves, asks what the test wants to know, and stops it. */
async function demo<T>(ask: (out: string, url: string) => Promise<T>): Promise<T> {
  const environment = { PATH: process.env['PATH'], DATA_DIR: join(directory, 'data'), PORT: '0', LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [CLI, 'demo'], { cwd: directory, env: environment });
  let out = '';
  const serving = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
      if (out.includes('Serving; stop with Ctrl-C.')) resolve();
    });
    child.on('close', () => reject(new Error(out)));
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  try {
    await serving;
    return await ask(out, /GraphQL +(\S+)/.exec(out)?.[1] ?? '');
  } finally {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
}

interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly role: string;
}
const accounts = () => JSON.parse(readFileSync(at('demo-accounts.json'), 'utf8')) as DemoAccount[];

async function head(): Promise<string> {
  const store = SqliteEventStore.open({ file: at('events.db') });
  const position = await store.head();
  await store.close();
  return position;
}

async function signIn(url: string, { username, password }: DemoAccount): Promise<number> {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input: { username, password } } }),
  });
  const { data } = (await response.json()) as { data: { login: { accessToken: string } } | null };
  return data?.login.accessToken.length ?? 0;
}

const ROW = /│ all 合计 +│ +143 │ +134 │ +9 │ +0 │ +93\.7 % │ +100\.0 % │/;

describe('the demonstration', () => {
  it('shows the studio’s figures and lets every role sign in', async () => {
    await demo(async (out, url) => {
      expect(out).toMatch(ROW);
      expect(out).toContain(`GraphiQL       ${url.replace('/graphql', '/graphiql')}\n`);
      expect(out.match(/^│ [^│]+ │ +\d+ │/gm)).toHaveLength(10);
      expect(accounts().map(({ role }) => role)).toEqual(ROLES);
      expect(statSync(at('demo-accounts.json')).mode & 0o777).toBe(0o600);
      for (const account of accounts()) {
        expect(out).toContain(account.password);
        expect(await signIn(url, account)).toBeGreaterThan(0);
      }
    });
  }, 60_000);

  it('run again appends nothing and keeps the accounts', async () => {
    const [before, known] = [await head(), accounts()];
    await demo(async (out) => expect(out).toMatch(ROW));
    expect([await head(), accounts()]).toEqual([before, known]);
  }, 60_000);

  it('gives new passwords when the file with them is lost or spoilt', async () => {
    const known = accounts();
    writeFileSync(at('demo-accounts.json'), '[{"username":');
    await demo(async (_, url) => {
      const [account, before] = [accounts()[0], known[0]];
      if (!account || !before) throw new Error('No account.');
      expect(account.password).not.toBe(before.password);
      expect(await signIn(url, account)).toBeGreaterThan(0);
      expect(await signIn(url, before)).toBe(0);
    });
  }, 60_000);
});
