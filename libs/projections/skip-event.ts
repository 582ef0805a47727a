// An operator's decision to go on without an event: the checkpoint is moved past it in the database, where whoever makes
// the read models finds it, in whatever process.
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import type { Generation } from './checkpoints.ts';
import { advance, generationsOf } from './checkpoints.ts';
import type { Projection } from './projection.ts';

/**
 * Moves every generation of the projection that comes to this event next past it; what is built then lacks it.
 *
 * @param position of the event, as readiness and the log tell it
 * @throws InvalidInput when no generation has this event next
 */
export async function skipEvent(
  { store, database }: { readonly store: EventStore; readonly database: ReadDatabase },
  projection: Projection,
  position: Position,
): Promise<void> {
  const due: Generation[] = [];
  for (const generation of await generationsOf(database, projection.name)) {
    if ((await nextOf(store, projection, generation.position)) === position) due.push(generation);
  }
  if (due.length === 0) {
    throw new InvalidInput(`${projection.name} is not paused at this position.`, { field: 'position' });
  }
  await database.write(async (transaction) => {
    for (const generation of due) await advance(transaction, generation, generation.position, position, undefined);
  });
}

/** The position of the event that is handled next. */
async function nextOf(store: EventStore, { handles }: Projection, from: Position): Promise<Position | undefined> {
  for (let after = from; ;) {
    const { events, next, head } = await store.readAll({ after, types: handles, limit: 1 });
    if (events[0]) return events[0].position;
    if (next >= head || next <= after) return undefined;
    after = next;
  }
}
