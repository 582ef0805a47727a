// Whether a process can do its work now, and if not, why: for who watches it. It tells nothing about the data.
import { Unavailable } from '#libs/kernel';
import type { LeadershipState, ProjectionState, ProjectionStatus } from '#libs/projections';
import type { Ground } from './ground.ts';
import { FINE, Probe } from './probe.ts';

export interface Readiness {
  readonly status: 'ready' | 'degraded';
  /** Of a process that contends for making the read models. */
  readonly role?: LeadershipState;
  /** `readable`, or one sentence. */
  readonly eventStore: string;
  readonly database: string;
  readonly keys: string;
  readonly leadership?: string;
  /** Why requests were refused lately, one sentence. */
  readonly requests?: string;
  readonly projections: readonly Pick<
    ProjectionStatus,
    'name' | 'state' | 'caughtUp' | 'secondsSinceProgress' | 'outage' | 'paused'
  >[];
}

/**
 * Ready means: log, read models and keys can be read, and every projection is at the log's end or on its way there. Lag
 * is measured against the store's own end, so that a reader that has stopped does not look healthy. A process that
 * stands by is ready to lead whatever the leading one is at.
 */
export class ReadinessCheck {
  readonly #ground: Ground;
  readonly #refused: () => string | undefined;
  readonly #probes: readonly [Probe, Probe, Probe];

  /** @param refused why requests were refused lately, one sentence; undefined while none are */
  constructor(ground: Ground, refused: () => string | undefined = () => undefined) {
    this.#ground = ground;
    this.#refused = refused;
    const { store, readModels, vault } = ground;
    const keys = async () => {
      const reason = await vault.health();
      if (reason !== undefined) throw new Unavailable(reason);
    };
    this.#probes = [new Probe(() => store.head()), new Probe(() => readModels.all('SELECT 1')), new Probe(keys)];
  }

  async report(): Promise<Readiness> {
    const { projector } = this.#ground;
    const [[eventStore, database, keys], statuses] = await Promise.all([this.#probe(), this.#projections()]);
    const [leadership, requests] = [projector?.outage, this.#refused()];
    const troubled = [leadership, requests].some((reason) => reason !== undefined);
    const reachable = [eventStore, database, keys].every((state) => state === FINE) && !troubled;
    const moving = projector?.state === 'standing by' || statuses.every(({ state }) => READY.has(state));
    return {
      status: reachable && moving ? 'ready' : 'degraded',
      ...(projector && { role: projector.state }),
      ...{ eventStore, database, keys },
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

  /** As the one that makes them tells, or as they are seen from here. */
  async #projections(): Promise<readonly ProjectionStatus[]> {
    const { projector, projections } = this.#ground;
    return ((await projector?.status()) ?? (await projections.status())).projections;
  }
}

const READY: ReadonlySet<ProjectionState> = new Set(['live', 'catching-up', 'rebuilding', 'superseded']);
