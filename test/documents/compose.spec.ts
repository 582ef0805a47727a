// The compose files hold together without an engine to try them: what they name exists, what starts first can tell that it
// has, nothing is open to others, and no password is in them.
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readSettings, settingsTable } from '#libs/platform';

interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly networks?: { readonly default: { readonly ipv4_address: string } };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8');

const FILES = ['docker/compose.yaml', 'docker/compose.scaled-out.yaml', 'docker/compose.cluster.yaml'];
const OURS = 'bangbangwo';

describe.each(FILES)('%s', (file) => {
  const text = read(file);
  const { services, volumes } = parse(text, { merge: true }) as Compose;
  const all = Object.entries(services);
  const ours = all.filter(([, { image }]) => image === OURS);
  const lasting = all.filter(([, { restart }]) => restart !== undefined);

  it('names images by an exact version', () => {
    for (const [name, { image, build }] of all)
      expect([name, image]).toEqual([name, build === undefined ? expect.stringMatching(/:\d+\.\d+/) : OURS]);
  });

  it('sets nothing in our processes that is no setting, and starts files that there are', () => {
    const known = settingsTable().map(({ name }) => name);
    expect(ours.length).toBeGreaterThan(0);
    for (const [, { environment = {}, command }] of ours) {
      expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
      const source = String(command ?? 'dist/apps/api/main.js').replace(/^dist\/(.*)\.js$/, '$1.ts');
      expect([source, existsSync(`${ROOT}/${source}`)]).toEqual([source, true]);
    }
  });

  it('gives our processes settings that go together, and those of one house the same list of erasures', () => {
    const read = ours.map(([, { environment = {} }]) => {
      const filled = Object.entries(environment).map(([name, value]) => [name, withSecrets(String(value))] as const);
      return readSettings(Object.fromEntries(filled));
    });
    const shared = ours.map(([, of]) => of.volumes?.find((volume) => volume.endsWith(':/data')));
    expect(new Set(read.map(({ erasureListFile }) => erasureListFile)).size).toBe(1);
    expect(read[0]?.erasureListFile ?? '/data').toMatch(/^\/data/);
    expect([...new Set(shared)]).toEqual([expect.any(String)]);
  });

  it('asks for every secret and holds none', () => {
    const variables = [...text.matchAll(/\$\{(\w+)(:?[-?])?/g)];
    for (const [, name, how] of variables) expect([name, how]).toEqual([name, name === 'PORT' ? ':-' : ':?']);
    for (const [, { environment = {} }] of all)
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|KEY$|URL$/.test(name)) expect([name, value]).toEqual([name, expect.stringContaining('${')]);
  });

  it('waits only for what can tell that it is there', () => {
    for (const [, { depends_on = {} }] of all)
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const { image, healthcheck, restart } = services[name]!;
        if (condition === 'service_completed_successfully') expect([name, restart]).toEqual([name, undefined]);
        else
          expect([name, condition, image === OURS || healthcheck !== undefined]).toEqual([
            name,
            'service_healthy',
            true,
          ]);
      }
  });

  it('publishes to this machine only, and gives no process more rights than it needs', () => {
    for (const port of all.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [name, { cap_drop, security_opt }] of lasting)
      expect([name, cap_drop, security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']]);
  });

  it('gives our processes longer to stop than they take', () => {
    const seconds = Number(settingsTable().find(({ name }) => name === 'SHUTDOWN_SECONDS')?.default);
    for (const [, { stop_grace_period }] of ours)
      expect(Number.parseInt(String(stop_grace_period))).toBeGreaterThan(seconds);
  });

  it('keeps what lasts in volumes that are declared, and declares no others', () => {
    const used = all.flatMap(([, of]) => of.volumes ?? []).map((volume) => volume.split(':')[0]!);
    const named = used.filter((name) => !name.startsWith('.'));
    expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
    for (const path of used.filter((name) => name.startsWith('.')))
      expect(existsSync(`${ROOT}/docker/${path}`)).toBe(true);
  });

  it('connects to services by their names', () => {
    const hosts = all.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).flatMap(([name, value]) =>
        name.endsWith('_URL')
          ? hostsOf(String(value))
          : /ADVERTISE_AS$|GOSSIP_SEED$/.test(name)
            ? String(value).split(',')
            : [],
      ),
    );
    expect(hosts.map((host) => host.split(':')[0]!).filter((host) => !(host in services))).toEqual([]);
    for (const [, { environment = {} }] of all) {
      const size = environment['EVENTSTORE_CLUSTER_SIZE'];
      if (size === undefined) continue;
      expect(all.filter(([, of]) => of.environment?.['EVENTSTORE_CLUSTER_SIZE'] === size)).toHaveLength(Number(size));
      expect(
        String(environment['EVENTSTORE_GOSSIP_SEED'] ?? '')
          .split(',')
          .filter(Boolean),
      ).toHaveLength(Number(size) - 1);
    }
  });
});

const withSecrets = (value: string) =>
  value.replace(/\$\{(\w+)[^}]*\}/g, (_, name) => (name === 'MASTER_KEY' ? 'A'.repeat(43) : 'secret'));

/** The hosts of a connection string, whose password is a variable. */
function hostsOf(url: string): string[] {
  return (/@([^/?]+)/.exec(url)?.[1] ?? '').split(',');
}

describe('the cluster’s proxy', () => {
  it('shares out among the APIs there are', () => {
    const { services } = parse(read('docker/compose.cluster.yaml'), { merge: true }) as Compose;
    const apis = Object.entries(services).filter(([, { image, command }]) => image === OURS && command === undefined);
    const [, upstreams = ''] = /reverse_proxy (.*) \{/.exec(read('docker/Caddyfile')) ?? [];
    expect(upstreams.split(' ')).toEqual(apis.map(([name]) => `${name}:3000`));
  });

  it('is believed where a request comes from, and nobody else is given its address', () => {
    const { services, networks } = parse(read('docker/compose.cluster.yaml'), { merge: true }) as Compose & {
      readonly networks: {
        readonly default: { readonly ipam: { readonly config: readonly [Record<string, string>] } };
      };
    };
    const address = services['proxy']!.networks!.default.ipv4_address;
    const [{ subnet, ip_range }] = networks.default.ipam.config;
    expect([isIn(address, subnet!), isIn(address, ip_range!)]).toEqual([true, false]);
    for (const name of ['api1', 'api2'])
      expect(services[name]!.environment).toMatchObject({ TRUSTED_PROXIES: address });
  });
});

function isIn(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  const list = new BlockList();
  list.addSubnet(base, Number(bits));
  return list.check(address);
}

describe('docker/Dockerfile', () => {
  const text = read('docker/Dockerfile');

  it('builds every stage on the version of Node that package.json names, and runs without privileges', () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
    expect(bases[0]).toBe(`node:${devDependencies.node}-bookworm-slim`);
    expect(text.slice(text.lastIndexOf('FROM'))).toMatch(/^USER node$/m);
    expect(text).toMatch(/^HEALTHCHECK /m);
  });

  it('copies what there is', () => {
    const copied = [...text.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));
    expect(copied.filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
    const ignored = read('.dockerignore');
    for (const path of copied)
      expect(ignored).toMatch(new RegExp(`^!${path.split('/')[0]!.replace('.', '\\.')}$`, 'm'));
  });
});
