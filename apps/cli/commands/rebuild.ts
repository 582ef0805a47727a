// `rebuild`: makes read models again from the log, beside the old ones, and puts them in their place when they are done.
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { catchUp, withWorkplace } from './workplace.ts';

export async function runRebuild(settings: Settings, asked: readonly string[]): Promise<number> {
  return withWorkplace(settings, async (place) => {
    const { projections } = place.foundation;
    const known = (await projections.status()).projections.map(({ name }) => name);
    const unknown = asked.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new InvalidInput(`There is no read model ${unknown.join(', ')}; there are ${known.join(', ')}.`);
    const names = asked.length > 0 ? [...new Set(asked)] : known;
    const stopped = rejectedBy(place.signal);
    // One that stands still does not keep the others from being made.
    const failed = new Map<string, unknown>();
    const progress = startProgress('Rebuilding', names.length);
    try {
      for (const name of names) {
        const rebuilt = projections.rebuild(name).then(
          () => progress.step(),
          (error: unknown) => failed.set(name, error),
        );
        await Promise.race([rebuilt, stopped]);
      }
    } finally {
      progress.end();
    }
    const rebuilt = names.filter((name) => !failed.has(name));
    if (failed.size === 0) await catchUp(place);
    if (rebuilt.length > 0) say(`Rebuilt ${counted(rebuilt.length, 'read model')}: ${rebuilt.join(', ')}.`);
    for (const [, error] of failed) throw error;
    return 0;
  });
}

function rejectedBy(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  promise.catch(() => undefined);
  return promise;
}
