// Every setting has a default and a check, and `.env.example` is the table.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import { scaledOut } from './scaled-out.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { environmentExample, readSettings, settingsTable } from './settings.ts';

const EVENTSTORE_URL = 'esdb+discover://admin:hunter2@a:2113,b:2113?tls=true';
const DATABASE_URL = 'postgres://help:hunter2@db.example/help';
const MASTER_KEY = `${'A'.repeat(43)}=`;
const ERASURE_LIST_FILE = '/shared/erasures.list';

describe('settings', () => {
  it('has a default for everything', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataDirectory: resolve('./data'),
      logLevel: 'info',
      graphiql: true,
      allowedOrigins: [],
    });
  });

  it('reads what is set and takes an empty variable as unset', () => {
    const settings = readSettings({
      PORT: '8080',
      GRAPHIQL: 'off',
      HOST: '',
      ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
    });
    expect(settings).toMatchObject({
      port: 8080,
      graphiql: false,
      host: '127.0.0.1',
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
    });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['HOST', 'a b'],
    ['LOG_LEVEL', 'loud'],
    ['OIDC_ISSUER', 'http://id.example.org'],
    ['OIDC_ISSUER', 'https://user:word@id.example.org'],
    ['OIDC_JWKS_URL', 'file:///keys'],
    ['OIDC_AUDIENCE', 'a b'],
    ['GRAPHIQL', 'yes'],
    ['ALLOWED_ORIGINS', 'https://a.example/path'],
    ['SHUTDOWN_SECONDS', '0'],
    ['DATA_DIR', 'a\0b'],
  ])('refuses %s=%j with a sentence that names it and what it accepts', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(InvalidInput);
    expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name} must be .*\\.$`));
  });

  it('never repeats a secret', () => {
    expect(() => readSettings({ MASTER_KEY: 'hunter2' })).toThrow('MASTER_KEY must be 32 bytes in base64.');
    for (const name of ['EVENTSTORE_URL', 'DATABASE_URL', 'KEYS_DATABASE_URL']) {
      const reading = () => readSettings({ [name]: 'http://admin:hunter2@host' });
      expect(reading).toThrow(new RegExp(`^${name} must be (esdb|postgres)://[^@]*\\.$`));
    }
  });

  it('runs scaled out with both URLs, a master key and a list of erasures, and keeps the person keys with the read models by default', () => {
    expect(scaledOut(readSettings({}))).toBeUndefined();
    const both = { EVENTSTORE_URL, DATABASE_URL, MASTER_KEY, ERASURE_LIST_FILE };
    const urls = { eventStoreUrl: EVENTSTORE_URL, databaseUrl: DATABASE_URL, keysDatabaseUrl: DATABASE_URL };
    expect(scaledOut(readSettings(both))).toEqual(urls);
    const keysDatabaseUrl = 'postgresql://keys.example/keys';
    const apart = readSettings({
      ...both,
      MASTER_KEY: '',
      MASTER_KEY_FILE: '/run/key',
      KEYS_DATABASE_URL: keysDatabaseUrl,
    });
    expect(scaledOut(apart)).toEqual({ ...urls, keysDatabaseUrl });
  });

  it.each([
    [{ EVENTSTORE_URL, MASTER_KEY }, /^EVENTSTORE_URL is set and DATABASE_URL is not: /],
    [{ DATABASE_URL, MASTER_KEY }, /^DATABASE_URL is set and EVENTSTORE_URL is not: /],
    [{ KEYS_DATABASE_URL: DATABASE_URL, MASTER_KEY }, /^KEYS_DATABASE_URL is set and DATABASE_URL is not: /],
    [{ OIDC_ISSUER: 'https://id.example.org' }, /^OIDC_ISSUER and OIDC_AUDIENCE go together: /],
    [{ OIDC_AUDIENCE: 'bangbangwo' }, /^OIDC_ISSUER and OIDC_AUDIENCE go together: /],
    [{ OIDC_JWKS_URL: 'https://id.example.org/keys' }, /^OIDC_JWKS_URL is set and OIDC_ISSUER is not: /],
    [{ MASTER_KEY, MASTER_KEY_FILE: '/run/key' }, /^MASTER_KEY and MASTER_KEY_FILE are both set: /],
    [{ DRAIN_SECONDS: '10' }, /^DRAIN_SECONDS must be less than SHUTDOWN_SECONDS/],
    [{ EVENTSTORE_URL, DATABASE_URL, ERASURE_LIST_FILE }, /^Scaled out, every process needs the same master key: /],
    [
      { EVENTSTORE_URL, DATABASE_URL, MASTER_KEY },
      /^Scaled out, every process needs the same list of erasures: set ERAS/,
    ],
  ])('refuses with one sentence what does not go together: case %#', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(InvalidInput);
    expect(() => readSettings(environment)).toThrow(sentence);
    expect(() => readSettings(environment)).not.toThrow(/hunter2/);
  });

  it('adds a .env file to the environment, and does without one', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'env-')), '.env');
    const env: Record<string, string | undefined> = { PORT: '1' };
    loadEnvironmentFile(file, env);
    writeFileSync(file, 'PORT=2\nHOST=::1\n');
    loadEnvironmentFile(file, env);
    expect(env).toEqual({ PORT: '1', HOST: '::1' });
  });

  it('describes everything, in the table and in the example file', () => {
    for (const { name, description, accepts } of settingsTable()) {
      expect(description.length * accepts.length).toBeGreaterThan(0);
      expect(environmentExample()).toContain(`#${name}=`);
    }
  });
});
