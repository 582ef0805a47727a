// How far each read model is behind the log, asked when the metrics are read: in events, in seconds, and whether it stands
// still for an event.
import type { Clock } from '#libs/kernel';
import { millisecondsBetween, SECOND } from '#libs/kernel';
import type { Metrics, Reading } from '#libs/platform';
import type { ProjectionStatus } from '#libs/projections';
import type { Ground } from './ground.ts';

/** Behind by more is told as this many. */
const COUNTED = 1_000;

interface Lag {
  readonly events: number;
  readonly seconds: number;
}

const GAUGES = [
  {
    name: 'projection_lag_events',
    help: `Events in the log that a read model has not taken in, counted up to ${String(COUNTED)}.`,
    labels: ['projection'],
  },
  {
    name: 'projection_lag_seconds',
    help: 'Age of the oldest event that a read model has not taken in.',
    labels: ['projection'],
  },
  { name: 'projection_paused', help: '1 when a read model stands still for an event.', labels: ['projection'] },
];

export function gaugeProjections(metrics: Metrics, ground: Ground, clock: Clock): void {
  metrics.gauges(GAUGES, async () => {
    const { projector, projections } = ground;
    const statuses = ((await projector?.status()) ?? (await projections.status())).projections;
    const lags = await Promise.all(statuses.map((status) => lagOf(status, ground, clock)));
    const readings = (value: (status: ProjectionStatus, lag: Lag) => number): Reading[] =>
      statuses.map((status, at) => ({ labels: { projection: status.name }, value: value(status, lags[at] ?? NONE) }));
    return {
      projection_lag_events: readings((_, { events }) => events),
      projection_lag_seconds: readings((_, { seconds }) => seconds),
      projection_paused: readings(({ paused }) => (paused ? 1 : 0)),
    };
  });
}

const NONE: Lag = { events: 0, seconds: 0 };

/** Asked of the log itself, and only for a read model that is behind. A log that does not answer is readiness's to tell. */
async function lagOf({ caughtUp, position }: ProjectionStatus, { store }: Ground, clock: Clock): Promise<Lag> {
  if (caughtUp) return NONE;
  const page = await store.readAll({ after: position, limit: COUNTED }).catch(() => undefined);
  const oldest = page?.events[0];
  if (!page || !oldest) return NONE;
  const seconds = Math.max(0, millisecondsBetween(oldest.storedAt, clock.now()) / SECOND);
  return { events: page.events.length, seconds };
}
