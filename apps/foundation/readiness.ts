// Whether a process can do its work now, and if not, why: for who watches it. It tells nothing about the data.
import { describeFailure, SECOND, Unavailable } from '#libs/kernel';
import { systemScheduler } from '#libs/platform';
import type { LeadershipState, ProjectionState, ProjectionStatus } from '#libs/projections';
import type { Ground } from './foundation.ts';

export interface Readiness {
  readonly status: 'ready' | 'degraded';
  /** Of a process that contends for making the read models. */
  readonly role?: LeadershipState;
  /** `readable`, or one sentence. */
  readonly eventStore: string;
  readonly database: string;
  readonly keys: string;
  readonly leadership?: string;
  readonly projections: readonly Pick<
    ProjectionStatus,
    'name' | 'state' | 'caughtUp' | 'secondsSinceProgress' | 'outage'
  >[];
}

const FINE = 'readable';
/** A watcher gives up soon. */
const ANSWER_WITHIN = 3 * SECOND;

/**
 * Ready means: log, read models and keys can be read, and every projection is at the log's end or on its way there. Lag
 * is measured against the store's own end, so that a reader that has stopped does not look healthy. A process that
 * stands by is ready to lead whatever the leading one is at.
 */
export async function readinessOf({ store, readModels, vault, projections, projector }: Ground): Promise<Readiness> {
  const [eventStore, database, keys, { projections: statuses }] = await Promise.all([
    stateOf(store.head()),
    stateOf(readModels.all('SELECT 1')),
    within(vault.health()).then((reason) => reason ?? FINE, describeFailure),
    (async () => (await projector?.status()) ?? projections.status())(),
  ]);
  const standsBy = projector?.state === 'standing by';
  const leadership = projector?.outage;
  const ready =
    [eventStore, database, keys].every((state) => state === FINE) &&
    leadership === undefined &&
    (standsBy || statuses.every(({ state }) => READY.has(state)));
  return {
    status: ready ? 'ready' : 'degraded',
    ...(projector && { role: projector.state }),
    ...{ eventStore, database, keys },
    ...(leadership !== undefined && { leadership }),
    projections: statuses.map(({ name, state, caughtUp, secondsSinceProgress, outage }) => {
      return { name, state, caughtUp, secondsSinceProgress, outage };
    }),
  };
}

const READY: ReadonlySet<ProjectionState> = new Set(['live', 'catching-up', 'rebuilding', 'superseded']);

function stateOf(asked: Promise<unknown>): Promise<string> {
  return within(asked).then(() => FINE, describeFailure);
}

function within<T>(asked: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = systemScheduler.after(ANSWER_WITHIN, () => late.reject(new Unavailable('It does not answer.')));
  return Promise.race([asked, late.promise]).finally(cancel);
}
