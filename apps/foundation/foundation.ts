// What every process stands on, opened in order and closed in the opposite one. Which adapters are used is decided here
// by the settings and nowhere else: files in a data directory, or servers that several processes share.
import type { CommandExecutor } from '#libs/commands';
import type { ProjectionGate } from '#libs/graphql-kit';
import { CommandContexts } from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { SECOND } from '#libs/kernel';
import type { Logger, Settings, Tracing } from '#libs/platform';
import { createLogger, Metrics, openTracing, scaledOut, Shutdown, systemClock } from '#libs/platform';
import { openEmbedded } from './embedded.ts';
import { gateOver } from './gate.ts';
import type { Ground } from './ground.ts';
import { MeasuredStore } from './measured-store.ts';
import type { Opening, OnWaiting, Role } from './opening.ts';
import { Patience } from './opening.ts';
import { gaugeProjections } from './projection-gauges.ts';
import { openScaledOut } from './scaled-out.ts';
import { TracedExecutor } from './traced-executor.ts';

export interface Foundation extends Ground {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The projections as resolvers wait for them. */
  readonly gate: ProjectionGate;
  readonly executor: CommandExecutor;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly contexts: CommandContexts;
  /** Tries again while a server is not there, as long as `onWaiting` was given. */
  readonly patience: Patience;
  /** Closes everything that was opened; what is opened later is added to it. */
  readonly shutdown: Shutdown;
}

export interface FoundationOptions {
  /** Default `all`. */
  readonly role?: Role;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** What is opened is added to it; default one of its own. */
  readonly shutdown?: Shutdown;
  /** Called when the disk failed under the log: only a new start recovers. */
  readonly onBroken?: () => void;
  /** Told why a server that is not there yet cannot be used, again and again; without it nothing is waited for. */
  readonly onWaiting?: OnWaiting;
}

/** @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then */
export async function openFoundation(settings: Settings, options: FoundationOptions = {}): Promise<Foundation> {
  const { role = 'all', clock = systemClock, logger = createLogger({ level: settings.logLevel }) } = options;
  const { shutdown = new Shutdown({ logger, limitMs: settings.shutdownSeconds * SECOND }), onBroken } = options;
  const patience = new Patience(logger, options.onWaiting);
  try {
    const tracing = await openTracing(settings.traceEndpoint, `bangbangwo ${role}`);
    shutdown.add('traces', () => tracing.close());
    const opened = await openGround({ settings, role, clock, logger, shutdown, onBroken, patience, tracing });
    const metrics = new Metrics();
    const ground = { ...opened, store: new MeasuredStore(opened.store, metrics, tracing) };
    if (settings.metrics) metrics.measureProcess();
    gaugeProjections(metrics, ground, clock);
    const { store, vault, projections } = ground;
    return {
      ...ground,
      ...{ settings, logger, clock, patience, shutdown, metrics, tracing },
      gate: gateOver(projections, store),
      executor: new TracedExecutor(store, vault, tracing),
      contexts: new CommandContexts(clock, (payload) => vault.fingerprint(payload)),
    };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

function openGround(opening: Opening): Promise<Ground> {
  const servers = scaledOut(opening.settings);
  opening.shutdown.add('waiting', () => opening.patience.end());
  return servers ? openScaledOut(servers, opening) : openEmbedded(opening);
}
