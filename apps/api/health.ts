// Whether the process lives, and whether it can serve: for who watches it. Neither tells anything about the data.
import type { EventStore } from '#libs/event-store';
import { describeFailure } from '#libs/kernel';
import type { ProjectionEngine, ProjectionState } from '#libs/projections';
import type { HttpServer } from './http-server.ts';

interface Health {
  readonly store: EventStore;
  readonly projections: ProjectionEngine;
}

export function serveHealth(server: HttpServer, health: Health): void {
  const routes = server.getInstance();
  routes.get('/livez', () => ({ status: 'live' }));
  routes.get('/readyz', async (_request, reply) => {
    const { ready, ...report } = await readiness(health);
    void reply.code(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'degraded', ...report };
  });
}

/**
 * Lag is measured by the engine against the store's own end, so that a reader that has stopped does not look healthy.
 * Ready means: the log can be read, and every projection is at its end or on its way there.
 */
async function readiness({ store, projections }: Health) {
  const { projections: statuses } = await projections.status();
  const eventStore = await store.head().then(
    () => 'readable',
    (error: unknown) => describeFailure(error),
  );
  const ready = eventStore === 'readable' && statuses.every(({ state }) => READY.has(state));
  const report = statuses.map(({ name, state, caughtUp, secondsSinceProgress }) => ({
    name,
    state,
    caughtUp,
    secondsSinceProgress,
  }));
  return { ready, eventStore, projections: report };
}

const READY: ReadonlySet<ProjectionState> = new Set(['live', 'catching-up', 'rebuilding', 'superseded']);
