// `skip`: lets a read model go on without the event it is paused at. Whoever makes it finds that in the database.
import { PROJECTIONS } from '#apps/foundation';
import type { Position } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { skipEvent } from '#libs/projections';
import { say } from '../terminal/speech.ts';
import { withWorkplace } from './workplace.ts';

export async function runSkip(settings: Settings, name: string, position: string): Promise<number> {
  const projection = PROJECTIONS.find((of) => of.name === name);
  if (!projection) {
    throw new InvalidInput(
      `There is no read model of this name; there are ${PROJECTIONS.map((of) => of.name).join(', ')}.`,
    );
  }
  return withWorkplace(settings, async ({ foundation: { store, readModels: database } }) => {
    await skipEvent({ store, database }, projection, position as Position);
    say(`${name} goes on without the event at ${position}. A rebuild will meet the event again.`);
    return 0;
  });
}
