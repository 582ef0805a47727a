// `rebuild`: makes read models again from the log, beside the old ones, and puts them in their place when they are done.
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { startProgress } from '../terminal/progress.ts';
import { catchUp, withWorkplace } from './workplace.ts';

export async function runRebuild(settings: Settings, asked: readonly string[]): Promise<number> {
  return withWorkplace(settings, async ({ foundation }) => {
    const { projections } = foundation;
    const known = (await projections.status()).projections.map(({ name }) => name);
    const unknown = asked.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new InvalidInput(`There is no read model ${unknown.join(', ')}; there are ${known.join(', ')}.`);
    const names = asked.length > 0 ? asked : known;
    const progress = startProgress('Rebuilding', names.length);
    try {
      for (const name of names) {
        await projections.rebuild(name);
        progress.step();
      }
    } finally {
      progress.end();
    }
    await catchUp(foundation);
    process.stdout.write('Rebuilt.\n');
    return 0;
  });
}
