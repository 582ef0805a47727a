// `give-up-lost-keys`: where keys are gone for good, whoever they belonged to is treated as erased, so that nobody makes
// them new keys and takes the loss for nothing.
import { personsIn } from '#apps/foundation';
import { NotFound } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { systemClock } from '#libs/platform';
import { counted, say } from '../terminal/speech.ts';
import { readLog } from '../transfer/read-log.ts';
import { assertEventLog, withStores } from './stores.ts';

const AT_ONCE = 500;

export async function runGiveUpLostKeys(settings: Settings, { dryRun }: { dryRun?: boolean }): Promise<number> {
  assertEventLog(settings);
  return withStores(settings, async ({ openLog, openKeys, signal }) => {
    const [{ store }, keys] = [await openLog(), await openKeys()];
    const root = await keys.root();
    if (!root) throw new NotFound(`There are no person keys in ${keys.place}.`);
    await keys.prepare(root);
    const persons = new Set<string>();
    for await (const event of readLog(store, { head: await store.head(), signal })) {
      for (const person of personsIn([event])) persons.add(person);
    }
    const all = [...persons];
    const lost: string[] = [];
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const page = all.slice(from, from + AT_ONCE);
      const known = new Set((await keys.find(page)).map(({ person }) => person));
      lost.push(...page.filter((person) => !known.has(person)));
    }
    if (!dryRun) for (const person of lost) await keys.erase(person, systemClock.now());
    const would = dryRun ? 'Would give up' : 'Gave up';
    say(`${would} the keys of ${counted(lost.length, 'person')}.${dryRun ? ' Nothing was changed.' : ''}`);
    return 0;
  });
}
