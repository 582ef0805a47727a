// A house scaled out, at work: clients change things and look at them through both API processes without a pause, and
// whatever a process does that nobody asked it to is noted.
import { GraphqlClient } from '../e2e/harness/client.ts';
import type { Neighbourhood } from '../e2e/harness/neighbourhood.ts';
import type { DeployedProcess, Deployment } from '../support/deployment/index.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import type { People } from './changes.ts';
import { Client, signedIn } from './changes.ts';

const PROGRESS_WITHIN_MS = 120_000;

export class House {
  readonly deployment: Deployment;
  readonly postgres: PostgresServer;
  readonly load: Load;
  /** Between 0 and 1. */
  readonly chance: () => number;
  /** What ended by itself, and what it said last. */
  readonly ended: string[] = [];
  readonly #replaced = new Set<DeployedProcess>();

  constructor(deployment: Deployment, postgres: PostgresServer, load: Load, chance: () => number) {
    this.deployment = deployment;
    this.postgres = postgres;
    this.load = load;
    this.chance = chance;
    for (const process of deployment.processes) this.#watch(process);
  }

  /** Kills the process and starts it again. */
  async replace(process: DeployedProcess): Promise<void> {
    this.#replaced.add(process);
    await process.kill();
    await process.restart();
    this.#replaced.delete(process);
    this.#watch(process);
  }

  #watch(process: DeployedProcess): void {
    void process.ended.then(({ code, errors }) => {
      if (!this.#replaced.has(process)) this.ended.push(`${process.app} with ${String(code)}: ${errors}`);
    });
  }
}

export class Load {
  readonly clients: readonly Client[];
  readonly #stop = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #working: Promise<unknown>;
  #acknowledged = 0;
  #seen = 0;
  #waiting: { readonly at: number; readonly done: () => void }[] = [];

  private constructor(communityId: string, peoples: readonly People[][]) {
    this.clients = peoples.map(() => new Client(communityId));
    const working = this.clients.map((client, index) => this.#persist(client, peoples[index]!));
    this.#working = Promise.all(working);
    this.#working.catch((error: unknown) => this.#failed.reject(error));
    this.#failed.promise.catch(() => undefined);
  }

  /** Begins: one client for each of the volunteers, and each of them at every address in turn. */
  static async begin(
    { office, communityId }: Neighbourhood,
    volunteers: readonly People['volunteer'][],
    addresses: readonly string[],
  ): Promise<Load> {
    const servers = addresses.map((address) => new GraphqlClient(address));
    const offices = await Promise.all(servers.map((server) => signedIn(server, office)));
    const peoples = volunteers.map((volunteer) =>
      Promise.all(
        servers.map(async (server, at) => ({ office: offices[at]!, volunteer: await signedIn(server, volunteer) })),
      ),
    );
    return new Load(communityId, await Promise.all(peoples));
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How often a change could be read where it had not been made. */
  get seen(): number {
    return this.#seen;
  }

  /** Resolves once so many more changes have been acknowledged; rejects when one was refused, or after two minutes. */
  async progress(changes: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#waiting.push({ at: this.#acknowledged + changes, done: () => resolve(undefined) });
    const late = setTimeout(() => reject(new Error('Nothing goes on.')), PROGRESS_WITHIN_MS);
    await Promise.race([promise, this.#failed.promise]).finally(() => clearTimeout(late));
  }

  /** Resolves once all that was begun has been acknowledged. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #persist(client: Client, people: readonly People[]): Promise<void> {
    let turn = 0;
    const next = () => people[(turn += 1) % people.length]!;
    await client.persist(next, this.#stop.signal, async (told) => {
      this.#acknowledged += 1;
      this.#waiting = this.#waiting.filter(({ at, done }) => this.#acknowledged < at || (done(), false));
      if (await sees(next().office, told)) this.#seen += 1;
    });
  }
}

/** Whether the change can be read at this server; an outage is no answer, an answer without the change is a fault. */
async function sees(office: People['office'], told: string): Promise<boolean> {
  const [id, revision, atLeast] = told.split(' ');
  const { value, code } = await office.see('request', { id, atLeast }).catch(() => ({ value: undefined, code: '' }));
  if (code !== undefined) return false;
  if (Number(value?.revision) < Number(revision)) throw new Error(`Read before it was written: ${told}`);
  return true;
}
