// How the foundation is opened: what it is given, and patience with servers that are not there yet.
import type { Clock } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type { Logger, Scheduler, Settings, Shutdown, Tracing } from '#libs/platform';
import { isLasting, systemScheduler } from '#libs/platform';
import type { ProjectionEngineOptions } from '#libs/projections';

/**
 * What a process does when the house is scaled out: `api` serves, `projector` makes the read models and does what only
 * one process may do at a time, `all` both. In one process with its data directory, everything is done in any case.
 */
export type Role = 'all' | 'api' | 'projector';

export interface Opening {
  readonly settings: Settings;
  readonly role: Role;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly onBroken: (() => void) | undefined;
  readonly patience: Patience;
  readonly tracing: Tracing;
}

/** What a read model takes in, as a trace of its own: which one, and how many events. */
export function tracedProjections(tracing: Tracing): ProjectionEngineOptions['traced'] {
  return (projection, events, work) => tracing.part(`projection ${projection}`, { 'event.count': events }, work);
}

/** @param part what is not there yet; @param reason one sentence */
export type OnWaiting = (part: string, reason: string) => void;

const RETRIES_MS = [200, 500, 1_000, 2_000, 5_000];

/**
 * Opens things again and again, with longer and longer waits, until they open or something no waiting can cure is met.
 * Without somebody to tell, nothing is waited for.
 */
export class Patience {
  readonly #logger: Logger;
  readonly #onWaiting: OnWaiting | undefined;
  readonly #scheduler: Scheduler;
  readonly #over = new AbortController();

  constructor(logger: Logger, onWaiting: OnWaiting | undefined, scheduler: Scheduler = systemScheduler) {
    this.#logger = logger;
    this.#onWaiting = onWaiting;
    this.#scheduler = scheduler;
  }

  /** Lets nobody wait any longer. */
  end(): void {
    this.#over.abort();
  }

  /** @throws what `open` throws when waiting cannot cure it, Unavailable once the process stops */
  async until<T>(part: string, open: () => Promise<T>): Promise<T> {
    let told: string | undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const opened = await open();
        if (told !== undefined) this.#logger.info('waited for and found', { part });
        return opened;
      } catch (error) {
        if (!this.#onWaiting || !mayPass(error)) throw error;
        if (error.message !== told) this.#logger.warn('waiting', { part, reason: error.message });
        told = error.message;
        this.#onWaiting(part, told);
      }
      await this.#wait(RETRIES_MS[attempt] ?? RETRIES_MS.at(-1) ?? 0);
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    const { signal } = this.#over;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#scheduler.after(milliseconds, () => resolve(undefined));
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    if (!signal.aborted) await promise;
    cancel();
    if (signal.aborted) throw new Unavailable('The process is stopping.');
  }
}

/** Wrong settings, wrong credentials, a newer schema or a wrong master key stay as they are, however long one waits. */
function mayPass(error: unknown): error is Unavailable {
  return error instanceof Unavailable && !isLasting(error);
}
