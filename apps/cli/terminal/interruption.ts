// Ctrl-C and SIGTERM ask a command to stop: it finishes what is under way and closes what is open. A second signal ends
// the process at once, as the system does by itself.
import { Unavailable } from '#libs/kernel';

export interface Interruption {
  /** Aborted by the first signal, with a sentence for the operator as its reason. */
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  readonly release: () => void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const stop = () => {
    release();
    controller.abort(new Unavailable('Stopped. What was done so far is kept; give the same command again to go on.'));
  };
  const release = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, release };
}
