// Settings that no waiting can mend: the process ends with code 1 and one sentence that names the setting to look at,
// and never what is secret in it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { nodeCertificate, SimulatorProcess } from '../support/eventstoredb-simulator/index.ts';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';
import { refusalOf } from './harness/refusal.ts';
import { SECRET } from './harness/spoken.ts';

type Environment = Readonly<Record<string, string>>;

const CHANGEIT = `${SECRET}:with@specials/`;

(postgresBinaries() ? describe : describe.skip)('settings that waiting cannot mend', () => {
  let secure: SimulatorProcess;
  let insecure: SimulatorProcess;
  let postgres: PostgresServer;
  let postgresWithTls: PostgresServer;
  let good: Environment;

  beforeAll(async () => {
    [secure, insecure, postgres, postgresWithTls] = await Promise.all([
      SimulatorProcess.start({
        tls: true,
        credentials: [
          { name: 'admin', password: CHANGEIT, administrator: true },
          { name: 'guest', password: CHANGEIT },
        ],
      }),
      SimulatorProcess.start(),
      PostgresServer.start({ password: CHANGEIT }),
      PostgresServer.start({ password: CHANGEIT, tls: nodeCertificate }),
    ]);
    const MASTER_KEY = randomBytes(32).toString('base64');
    const ERASURE_LIST_FILE = '/nowhere/erasures.list';
    good = { EVENTSTORE_URL: secure.connectionString, DATABASE_URL: postgres.url, MASTER_KEY, ERASURE_LIST_FILE };
  }, 60_000);

  afterAll(async () => {
    await Promise.all([secure.stop(), insecure.stop(), postgres.remove(), postgresWithTls.remove()]);
  });

  const database = (change: (url: URL) => unknown, of = postgres.url) => {
    const url = new URL(of);
    change(url);
    return url.toString();
  };
  const eventStore = (from: string | RegExp, to: string) => secure.connectionString.replace(from, to);

  type Case = [name: string, over: () => Environment, sentence: RegExp];

  const combinations: Case[] = [
    ['another scheme', () => ({ EVENTSTORE_URL: `http://admin:${SECRET}@node:2113` }), /^EVENTSTORE_URL must be esdb/],
    [
      'another scheme for the database',
      () => ({ DATABASE_URL: `mysql://a:${SECRET}@b/c` }),
      /^DATABASE_URL must be postgres/,
    ],
    ['no URL', () => ({ KEYS_DATABASE_URL: SECRET }), /^KEYS_DATABASE_URL must be postgres/],
    ['a % alone', () => ({ DATABASE_URL: `postgres://a:%${SECRET}@b/c` }), /^DATABASE_URL must be postgres/],
    ['no database', () => ({ DATABASE_URL: `postgres://a:${SECRET}@b` }), /^DATABASE_URL must be/],
    ['one alone', () => ({ DATABASE_URL: '' }), /^EVENTSTORE_URL is set and DATABASE_URL is not/],
    ['the other one alone', () => ({ EVENTSTORE_URL: '' }), /DATABASE_URL is set and EVENTSTORE_URL is not/],
    [
      'keys alone',
      () => ({ EVENTSTORE_URL: '', DATABASE_URL: '', KEYS_DATABASE_URL: postgres.url }),
      /^KEYS_DATABASE_URL is set and DATABASE_URL is not/,
    ],
    ['no master key', () => ({ MASTER_KEY: '' }), /set MASTER_KEY or MASTER_KEY_FILE/],
    ['no list of erasures', () => ({ ERASURE_LIST_FILE: '' }), /set ERASURE_LIST_FILE to a file on storage they share/],
    ['no key of 32 bytes', () => ({ MASTER_KEY: SECRET }), /^MASTER_KEY must be 32 bytes/],
    [
      'a file that is not there',
      () => ({ MASTER_KEY: '', MASTER_KEY_FILE: '/nowhere/master.key' }),
      /master key file \/nowhere\/master\.key cannot be read/,
    ],
  ];

  const ofTheEventStore: Case[] = [
    ['an unknown option', () => ({ EVENTSTORE_URL: eventStore('?', `?${SECRET}=1&`) }), /^EVENTSTORE_URL has an opt/],
    ['a missing CA file', () => ({ EVENTSTORE_URL: eventStore(/tlsCAFile=.*/, 'tlsCAFile=/nowhere/ca') }), /tlscafile/],
    [
      'a CA file that is none',
      () => ({ EVENTSTORE_URL: eventStore(/tlsCAFile=.*/, `tlsCAFile=${import.meta.filename}`) }),
      /certificate is not trusted.*EVENTSTORE_URL\.$/,
    ],
    ['no CA file', () => ({ EVENTSTORE_URL: eventStore(/&tlsCAFile=.*/, '') }), /certificate is not trusted.*_URL\.$/],
    ['a wrong password', () => ({ EVENTSTORE_URL: eventStore(/:[^:@]*@/, ':wrong@') }), /password is wrong.*STORE_URL/],
    ['nobody', () => ({ EVENTSTORE_URL: eventStore(/\/\/.*@/, '//') }), /may not do this.*EVENTSTORE_URL/],
    ['a mere user', () => ({ EVENTSTORE_URL: eventStore('//admin', '//guest') }), /may not do this.*EVENTSTORE_URL/],
    [
      'TLS to a server without',
      () => ({ EVENTSTORE_URL: `esdb://admin:${SECRET}@localhost:${String(insecure.ports[0])}` }),
      /does not speak TLS, which EVENTSTORE_URL asks for\.$/,
    ],
  ];

  const ofTheDatabases: Case[] = [
    ['a wrong password', () => ({ DATABASE_URL: database((url) => (url.password = 'wrong')) }), /wrong.*DATABASE_URL/],
    ['an unknown user', () => ({ DATABASE_URL: database((url) => (url.username = 'x')) }), /wrong.*DATABASE_URL/],
    ['an unknown database', () => ({ DATABASE_URL: database((url) => (url.pathname = '/x')) }), /exist.*DATABASE_URL/],
    [
      'the keys with a wrong password',
      () => ({ KEYS_DATABASE_URL: database((url) => (url.password = 'wrong')) }),
      /password is wrong.*KEYS_DATABASE_URL\.$/,
    ],
    [
      'TLS to a server without',
      () => ({ DATABASE_URL: database((url) => url.searchParams.set('sslmode', 'require')) }),
      /does not speak TLS.* DATABASE_URL\.$/,
    ],
    ['a server with TLS, without', () => ({ DATABASE_URL: postgresWithTls.url }), /let this user in.*DATABASE_URL\.$/],
    [
      'a certificate nobody vouches for',
      () => ({ DATABASE_URL: database((url) => url.searchParams.set('sslmode', 'verify-full'), postgresWithTls.url) }),
      /certificate is not trusted.*DATABASE_URL\.$/,
    ],
    [
      'a CA file that is none',
      () => ({
        DATABASE_URL: database((url) => url.searchParams.set('sslrootcert', import.meta.filename), postgresWithTls.url),
      }),
      /certificate is not trusted.*DATABASE_URL\.$/,
    ],
    [
      'a folder for a CA file',
      () => ({ DATABASE_URL: database((url) => url.searchParams.set('sslrootcert', '/')) }),
      /cert.*read.*DATABASE_URL\.$/,
    ],
    [
      'a missing CA file',
      () => ({ DATABASE_URL: database((url) => url.searchParams.set('sslrootcert', '/nowhere/ca')) }),
      /certificate file.*cannot be read.*DATABASE_URL\.$/,
    ],
  ];

  it.each<[string, 'api' | 'projector', Case[]]>([
    ['in themselves and together', 'projector', combinations],
    ['of the event store', 'api', ofTheEventStore],
    ['of the databases', 'projector', ofTheDatabases],
  ])('%s', async (_name, app, cases) => {
    const heard: unknown[] = [];
    // Four at a time: most of a start is this process's own work.
    const waiting = cases.values();
    const inTurn = async () => {
      for (const [name, over] of waiting) heard.push([name, await refusalOf(app, { ...good, ...over() })]);
    };
    await Promise.all([inTurn(), inTurn(), inTurn(), inTurn()]);
    const expected = cases.map(([name, , sentence]) => [name, expect.stringMatching(sentence)]);
    expect(heard).toEqual(expect.arrayContaining(expected));
    expect(heard).toHaveLength(cases.length);
  });
});
