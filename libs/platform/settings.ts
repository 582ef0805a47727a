// Every setting of every process: its default, what it means and what it accepts, as data. The help text, the
// reference page and `.env.example` are made from this table, so they cannot differ from it.
import { InvalidInput } from '#libs/kernel';
import type { LogLevel } from './logger.ts';
import { LOG_LEVELS } from './logger.ts';
import { PROVIDER_SETTINGS } from './provider-settings.ts';
import { requireCombination } from './scaled-out.ts';
import type { Setting } from './setting.ts';
import { setting } from './setting.ts';
import { ON_OFF, onOff, path, POSTGRES_URL, postgresUrl, readNetworks, readOrigins, whole } from './setting-values.ts';

const TABLE = {
  host: setting<string>({
    name: 'HOST',
    default: '127.0.0.1',
    description: 'Address to listen on. 0.0.0.0 accepts connections from other machines; put a TLS proxy in front.',
    accepts: 'an IP address or host name',
    read: (text) => (/^[\w.:-]{1,253}$/.test(text) ? text : undefined),
  }),
  port: setting<number>({
    name: 'PORT',
    default: '3000',
    description: 'Port to listen on; 0 takes any free one.',
    accepts: 'a whole number from 0 to 65535',
    read: whole(0, 65_535),
  }),
  dataDirectory: setting<string>({
    name: 'DATA_DIR',
    default: './data',
    description:
      'Directory of the event log, the person keys and the read models. One process at a time may use it. Not used with EVENTSTORE_URL and DATABASE_URL.',
    accepts: 'a path',
    read: path,
  }),
  eventStoreUrl: setting<string | undefined>({
    name: 'EVENTSTORE_URL',
    default: undefined,
    description:
      'Scaled out: connection string of EventStoreDB or KurrentDB, with its credentials. Goes with DATABASE_URL; unset, everything is kept in DATA_DIR.',
    accepts: 'esdb:// or esdb+discover:// with hosts and options',
    secret: true,
    read: (text) => (/^esdb(\+discover)?:\/\/\S+$/.test(text) ? text : undefined),
  }),
  databaseUrl: setting<string | undefined>({
    name: 'DATABASE_URL',
    default: undefined,
    description: 'Scaled out: PostgreSQL database of the read models, with its credentials. Goes with EVENTSTORE_URL.',
    accepts: POSTGRES_URL,
    secret: true,
    read: postgresUrl,
  }),
  keysDatabaseUrl: setting<string | undefined>({
    name: 'KEYS_DATABASE_URL',
    default: undefined,
    description:
      'Scaled out: PostgreSQL database of the person keys, to be backed up apart from the read models. Unset: that of DATABASE_URL.',
    accepts: POSTGRES_URL,
    secret: true,
    read: postgresUrl,
  }),
  databaseConnections: setting<number>({
    name: 'DATABASE_CONNECTIONS',
    default: '10',
    description:
      'Scaled out: most connections this process keeps to the read models, one of them for writing and one for notifications.',
    accepts: 'a whole number from 3 to 1000',
    read: whole(3, 1_000),
  }),
  logLevel: setting<LogLevel>({
    name: 'LOG_LEVEL',
    default: 'info',
    description: 'Least important log lines to write.',
    accepts: `one of ${LOG_LEVELS.join(', ')}`,
    read: (text) => LOG_LEVELS.find((level) => level === text),
  }),
  graphiql: setting<boolean>({
    name: 'GRAPHIQL',
    default: 'on',
    description: 'Serves the GraphiQL page at /graphiql. It works without internet access.',
    accepts: ON_OFF,
    read: onOff,
  }),
  introspection: setting<boolean>({
    name: 'INTROSPECTION',
    default: 'on',
    description: 'Answers introspection queries; GraphiQL needs them for its documentation.',
    accepts: ON_OFF,
    read: onOff,
  }),
  allowedOrigins: setting<readonly string[]>({
    name: 'ALLOWED_ORIGINS',
    default: '',
    description: 'Origins beside our own that browsers may open subscriptions from, separated by commas.',
    accepts: 'origins like https://help.example.org, separated by commas',
    read: readOrigins,
  }),
  trustedProxies: setting<readonly string[]>({
    name: 'TRUSTED_PROXIES',
    default: '',
    description:
      'Addresses or networks of proxies in front, whose X-Forwarded-For is believed, separated by commas. Limits for an address are those of the proxy otherwise.',
    accepts: 'IP addresses or networks like 10.0.0.0/8, separated by commas',
    read: readNetworks,
  }),
  connections: setting<number>({
    name: 'CONNECTIONS',
    default: '10000',
    description: 'Most connections at one time, those of subscriptions among them; more are closed at once.',
    accepts: 'a whole number from 10 to 1000000',
    read: whole(10, 1_000_000),
  }),
  connectionsPerAddress: setting<number>({
    name: 'CONNECTIONS_PER_ADDRESS',
    default: '1000',
    description:
      'Most connections, and most sockets of subscriptions, at one time from one address, of IPv6 from one network of 64 bits. Behind a proxy, set TRUSTED_PROXIES: everybody comes from its address otherwise.',
    accepts: 'a whole number from 1 to 1000000',
    read: whole(1, 1_000_000),
  }),
  requestSeconds: setting<number>({
    name: 'REQUEST_SECONDS',
    default: '30',
    description: 'Time a client has to send a request; ten seconds of it at most for the headers.',
    accepts: 'a whole number from 1 to 300',
    read: whole(1, 300),
  }),
  metrics: setting<boolean>({
    name: 'METRICS',
    default: 'on',
    description:
      'Answers /metrics in the form of Prometheus. It names no person, but tells how much happens: let a proxy in front not pass it on.',
    accepts: ON_OFF,
    read: onOff,
  }),
  traceEndpoint: setting<string | undefined>({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: undefined,
    description:
      'Collector that traces are sent to by OTLP over HTTP, without the path /v1/traces. Traces hold names of operations and times, and no values. Unset: nothing is traced.',
    accepts: 'an http:// or https:// address',
    read: (text) => (/^https?:\/\/\S+$/.test(text) && URL.canParse(text) ? text.replace(/\/+$/, '') : undefined),
  }),
  masterKeyFile: setting<string | undefined>({
    name: 'MASTER_KEY_FILE',
    default: undefined,
    description:
      'File with the 256-bit key, in base64, that wraps the person keys. Unset: master.key in DATA_DIR, made on first start. Scaled out, this or MASTER_KEY must be given, the same to every process.',
    accepts: 'a path',
    read: path,
  }),
  masterKey: setting<string | undefined>({
    name: 'MASTER_KEY',
    default: undefined,
    description: 'The key itself, in base64, in place of MASTER_KEY_FILE.',
    accepts: '32 bytes in base64',
    secret: true,
    read: (text) => (/^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? text : undefined),
  }),
  unusualReading: setting<number>({
    name: 'UNUSUAL_READING',
    default: '200',
    description:
      'Different people whose personal data one account reads in an hour, in one community, from which on it is reported as unusual.',
    accepts: 'a whole number from 1 to 1000000',
    read: whole(1, 1_000_000),
  }),
  ...PROVIDER_SETTINGS,
  erasureListFile: setting<string | undefined>({
    name: 'ERASURE_LIST_FILE',
    default: undefined,
    description:
      'One more copy of the list of erasures, on another medium: restoring a backup repeats what is in it. Holds ids and times only. Scaled out it is the only one and must be given: the same file to every process, on storage they share.',
    accepts: 'a path',
    read: path,
  }),
  erasureDelayHours: setting<number>({
    name: 'ERASURE_DELAY_HOURS',
    default: '72',
    description: 'Time between the approval of an erasure and its execution, in which it can be cancelled.',
    accepts: 'a whole number from 0 to 720',
    read: whole(0, 720),
  }),
  retentionDays: setting<number | undefined>({
    name: 'RETENTION_DAYS',
    default: undefined,
    description:
      'Personal data of requests that were closed this many days ago are erased by themselves, unless something holds them. Unset: never.',
    accepts: 'a whole number from 1 to 36500',
    read: whole(1, 36_500),
  }),
  shutdownSeconds: setting<number>({
    name: 'SHUTDOWN_SECONDS',
    default: '10',
    description: 'Time to finish what is in progress after SIGTERM or SIGINT.',
    accepts: 'a whole number from 1 to 300',
    read: whole(1, 300),
  }),
  drainSeconds: setting<number>({
    name: 'DRAIN_SECONDS',
    default: '0',
    description:
      'Time after SIGTERM or SIGINT in which /readyz already says no and all else is still served, so that a load balancer can turn away. Part of SHUTDOWN_SECONDS, and less.',
    accepts: 'a whole number from 0 to 60',
    read: whole(0, 60),
  }),
};

type Table = typeof TABLE;
export type Settings = { readonly [K in keyof Table]: Table[K] extends Setting<infer T> ? T : never };
export type SettingDescription = Pick<Setting<unknown>, 'name' | 'default' | 'description' | 'accepts' | 'secret'>;

/**
 * Reads and checks every setting; an empty variable counts as unset.
 *
 * @throws InvalidInput with one sentence that names the variable and what it accepts, or the variables that do not go
 *   together; a secret's value is not repeated
 */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const entries = Object.entries<Setting<unknown>>(TABLE).map(([key, of]) => {
    const text = env[of.name]?.trim() || of.default;
    return [key, text === undefined ? undefined : readOne(of, text)] as const;
  });
  const settings = Object.fromEntries(entries) as unknown as Settings;
  requireCombination(settings);
  return settings;
}

function readOne(of: Setting<unknown>, text: string): unknown {
  const value = of.read(text);
  if (value !== undefined) return value;
  const found = of.secret ? '' : `, not ${JSON.stringify(text.slice(0, 60))}`;
  throw new InvalidInput(`${of.name} must be ${of.accepts}${found}.`, { field: of.name });
}

/** The table, for help texts and documents. */
export function settingsTable(): readonly SettingDescription[] {
  return Object.values<Setting<unknown>>(TABLE).map(({ name, default: standard, description, accepts, secret }) => ({
    name,
    default: standard,
    description,
    accepts,
    secret,
  }));
}

/** The text of `.env.example`: every setting, commented out, at its default. */
export function environmentExample(): string {
  const blocks = settingsTable().map(
    ({ name, default: standard, description, accepts }) =>
      `# ${description}\n# Accepts ${accepts}.\n#${name}=${standard ?? ''}\n`,
  );
  return ['# Copy to .env and remove the # in front of what you change.\n', ...blocks].join('\n');
}
