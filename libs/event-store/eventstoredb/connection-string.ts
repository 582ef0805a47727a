// EVENTSTORE_URL, read strictly and by ourselves: the client's own reader prints the whole string, password included,
// where it does not know an option, and cuts a password at its second colon. No sentence here repeats any of it.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type {
  ChannelCredentialOptions,
  Credentials,
  DNSClusterOptions,
  EndPoint,
  GossipClusterOptions,
  SingleNodeOptions,
} from '@eventstore/db-client';
import { Unavailable } from '#libs/kernel';

export interface ServerAddress {
  readonly nodes: DNSClusterOptions | GossipClusterOptions | SingleNodeOptions;
  readonly channel: ChannelCredentialOptions;
  readonly credentials: Credentials | undefined;
  /** What may be said of it: hosts and ports. */
  readonly name: string;
}

const FORM = /^esdb(\+discover)?:\/\/(?:([^@]*)@)?([^/?@]+)\/?(?:\?([^@]*))?$/;
const HOST = /^([a-z0-9._-]+)(?::(\d{1,5}))?$/i;
const DEFAULT_PORT = 2113;

const OPTIONS = new Map<string, 'flag' | 'whole number' | 'text'>([
  ['tls', 'flag'],
  ['tlsverifycert', 'flag'],
  ['throwonappendfailure', 'flag'],
  ['tlscafile', 'text'],
  ['usercertfile', 'text'],
  ['userkeyfile', 'text'],
  ['nodepreference', 'text'],
  ['connectionname', 'text'],
  ['maxdiscoverattempts', 'whole number'],
  ['discoveryinterval', 'whole number'],
  ['gossiptimeout', 'whole number'],
  ['defaultdeadline', 'whole number'],
  ['keepaliveinterval', 'whole number'],
  ['keepalivetimeout', 'whole number'],
]);

/** The client asks for no less, and servers close connections that ask more often. */
const LEAST_KEEP_ALIVE_MS = 10_000;

/** @throws Unavailable lasting, with a sentence that names EVENTSTORE_URL and repeats nothing of it */
export function serverAddress(url: string): ServerAddress {
  const [, discover, user, hosts, query] = FORM.exec(url.trim()) ?? [];
  if (hosts === undefined) throw refused('is not of the form esdb://user:password@host:2113 or esdb+discover://…');
  const endpoints = hosts.split(',').filter(Boolean).map(endpointOf);
  const options = optionsOf(query ?? '');
  const insecure = options.get('tls') === 'false';
  if (!insecure && endpoints.some(({ address }) => isIP(address) !== 0)) {
    throw refused('has the IP address of a host, where TLS needs its name');
  }
  return {
    nodes: nodesOf(endpoints, discover !== undefined, options),
    channel: insecure ? { insecure } : certificatesOf(options),
    // Over a connection without TLS the server takes no credentials, and sending them would only show them.
    credentials: user === undefined || insecure ? undefined : credentialsOf(user),
    name: endpoints.map(({ address, port }) => `${address}:${String(port)}`).join(','),
  };
}

function nodesOf(endpoints: EndPoint[], discover: boolean, options: Options): ServerAddress['nodes'] {
  const [first, ...others] = endpoints;
  if (!first) throw refused('names no host');
  const common = {
    connectionName: options.get('connectionname') ?? 'bangbangwo',
    keepAliveInterval: keepAlive(options, 'keepaliveinterval'),
    keepAliveTimeout: keepAlive(options, 'keepalivetimeout'),
  };
  // Few attempts: whoever asked tries again, and can then say what is going on.
  const discovery = {
    nodePreference: 'leader',
    maxDiscoverAttempts: numberOf(options, 'maxdiscoverattempts', 2),
    discoveryInterval: numberOf(options, 'discoveryinterval', 100),
    gossipTimeout: numberOf(options, 'gossiptimeout', 3),
  } as const;
  // The client would take the first of several alone, and find nobody while that one is down.
  if (others.length > 0) return { ...common, ...discovery, endpoints };
  return discover ? { ...common, ...discovery, discover: first } : { ...common, endpoint: first };
}

function endpointOf(host: string): EndPoint {
  const [, address, digits] = HOST.exec(host) ?? [];
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (address === undefined || port < 1 || port > 65_535) throw refused('has a host that is not of the form host:port');
  return { address, port };
}

function credentialsOf(user: string): Credentials {
  const [, username, password] = /^([^:]+):(.+)$/.exec(user) ?? [];
  if (username === undefined || password === undefined) throw refused('has a user without a password');
  return { username: decoded(username, 'its user'), password: decoded(password, 'its password') };
}

function decoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(`has a % in ${where} that is not written as %25`);
  }
}

type Options = ReadonlyMap<string, string>;

/** By their names in lower case: servers' documents write them in several ways. */
function optionsOf(query: string): Options {
  const options = new Map<string, string>();
  for (const option of query.split('&').filter(Boolean)) {
    const [name = '', ...values] = option.split('=');
    const key = name.toLowerCase().replaceAll(/[_-]/g, '');
    const kind = OPTIONS.get(key);
    const value = decoded(values.join('='), 'its options');
    if (kind === undefined) throw refused('has an option that is not known here');
    if (kind === 'flag' && value !== 'true' && value !== 'false') throw refused(`needs true or false for ${key}`);
    if (kind === 'whole number' && !/^(-1|\d{1,9})$/.test(value)) throw refused(`needs a whole number for ${key}`);
    options.set(key, value);
  }
  if (options.get('tlsverifycert') === 'false') {
    throw refused('asks not to check the certificate, which is not possible: name its authority with tlsCAFile');
  }
  return options;
}

function numberOf(options: Options, name: string, otherwise: number): number {
  const value = options.get(name);
  return value === undefined ? otherwise : Math.max(1, Number(value));
}

function keepAlive(options: Options, name: string): number {
  const value = Number(options.get(name) ?? LEAST_KEEP_ALIVE_MS);
  if (value === -1 || value >= LEAST_KEEP_ALIVE_MS) return value;
  throw refused(`needs at least ${String(LEAST_KEEP_ALIVE_MS)} or -1 for ${name}`);
}

function certificatesOf(options: Options): ChannelCredentialOptions {
  const read = (name: string): Buffer | undefined => {
    const file = options.get(name);
    try {
      return file === undefined ? undefined : readFileSync(file);
    } catch {
      throw refused(`names a file with ${name} that cannot be read`);
    }
  };
  const [rootCertificate, userCertFile, userKeyFile] = [read('tlscafile'), read('usercertfile'), read('userkeyfile')];
  if ((userCertFile === undefined) !== (userKeyFile === undefined)) {
    throw refused('needs userCertFile and userKeyFile together');
  }
  return {
    insecure: false,
    ...(rootCertificate && { rootCertificate }),
    ...(userCertFile && userKeyFile && { userCertFile, userKeyFile }),
  };
}

function refused(reason: string): Unavailable {
  return new Unavailable(`EVENTSTORE_URL ${reason}.`, { lasting: true });
}
