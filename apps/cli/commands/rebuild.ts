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
    const progress = startProgress('Rebuilding', names.length);
    try {
      for (const name of names) {
        await Promise.race([projections.rebuild(name), stopped]);
        progress.step();
      }
    } finally {
      progress.end();
    }
    await catchUp(place);
    say(`Rebuilt ${counted(names.length, 'read model')}: ${names.join(', ')}.`);
    return 0;
  });
}

function rejectedBy(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  promise.catch(() => undefined);
  return promise;
}
