// Whether a process can do its work now, and if not, why: for who watches it. It tells nothing about the data.
import { Unavailable } from '#libs/kernel';
import type { LeadershipState, ProjectionState, ProjectionStatus } from '#libs/projections';
import { requireReadable } from '#libs/projections';
import type { Ground, GroundCheck } from './ground.ts';
import { FINE, Probe } from './probe.ts';
import { PROJECTIONS } from './scopes.ts';

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'stopping';
  /** Of a process that contends for making the read models. */
  readonly role?: LeadershipState;
  /** `readable`, or one sentence. */
  readonly eventStore: string;
  readonly database: string;
  readonly keys: string;
  readonly leadership?: string;
  /** Of a data directory: whether there is room on it, and whether the log is written so that it survives a loss of power. */
  readonly disk?: string;
  readonly durability?: string;
  /** Why requests were refused lately, one sentence. */
  readonly requests?: string;
  readonly projections: readonly Pick<
    ProjectionStatus,
    'name' | 'state' | 'caughtUp' | 'secondsSinceProgress' | 'outage' | 'paused'
  >[];
}

/**
 * Ready means: log, read models and keys can be read, there is room for more, and every projection is at the log's end or on its way there. Lag
 * is measured against the store's own end, so that a reader that has stopped does not look healthy. A process that
 * stands by is ready to lead whatever the leading one is at.
 */
export class ReadinessCheck {
  readonly #ground: Ground;
  readonly #refused: () => string | undefined;
  readonly #probes: readonly [Probe, Probe, Probe];
  readonly #checks: readonly (readonly [GroundCheck['name'], Probe])[];
  #stopping = false;

  /** @param refused why requests were refused lately, one sentence; undefined while none are */
  constructor(ground: Ground, refused: () => string | undefined = () => undefined) {
    this.#ground = ground;
    this.#refused = refused;
    const { store, readModels, vault } = ground;
    const keys = async () => {
      const reason = await vault.health();
      if (reason !== undefined) throw new Unavailable(reason);
    };
    this.#probes = [
      new Probe(() => store.head()),
      new Probe(() => requireReadable(readModels, PROJECTIONS)),
      new Probe(keys),
    ];
    this.#checks = ground.checks.map((check) => [check.name, new Probe(() => check.ask(), 'fine')] as const);
  }

  /** From now on the answer is no: who watches the process is to turn to others. */
  stop(): void {
    this.#stopping = true;
  }

  async report(): Promise<Readiness> {
    const { projector } = this.#ground;
    const looks = [this.#probe(), this.#check(), this.#projections()] as const;
    const [[eventStore, database, keys], checks, statuses] = await Promise.all(looks);
    const [leadership, requests] = [projector?.outage, this.#refused()];
    const troubled = [leadership, requests].some((reason) => reason !== undefined);
    const reachable = [eventStore, database, keys].every((state) => state === FINE) && !troubled;
    const sound = Object.values(checks).every((state) => state === 'fine');
    const moving = projector?.state === 'standing by' || statuses.every(({ state }) => READY.has(state));
    return {
      status: this.#stopping ? 'stopping' : reachable && sound && moving ? 'ready' : 'degraded',
      ...(projector && { role: projector.state }),
      ...{ eventStore, database, keys, ...checks },
      ...(leadership !== undefined && { leadership }),
      ...(requests !== undefined && { requests }),
      projections: statuses.map(({ name, state, caughtUp, secondsSinceProgress, outage, paused, building }) => {
        return { name, state, caughtUp, secondsSinceProgress, outage, paused: paused ?? building?.paused };
      }),
    };
  }

  #probe(): Promise<[string, string, string]> {
    const [eventStore, database, keys] = this.#probes;
    return Promise.all([eventStore.ask(), database.ask(), keys.ask()]);
  }

  async #check(): Promise<Readonly<Record<string, string>>> {
    const answers = this.#checks.map(async ([name, probe]) => [name, await probe.ask()] as const);
    return Object.fromEntries(await Promise.all(answers));
  }

  /** As the one that makes them tells, or as they are seen from here. */
  async #projections(): Promise<readonly ProjectionStatus[]> {
    const { projector, projections } = this.#ground;
    return ((await projector?.status()) ?? (await projections.status())).projections;
  }
}

const READY: ReadonlySet<ProjectionState> = new Set(['live', 'catching-up', 'rebuilding', 'superseded']);
