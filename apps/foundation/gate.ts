// The projections as resolvers wait for them, wherever they are made.
import type { EventStore } from '#libs/event-store';
import type { ProjectionGate } from '#libs/graphql-kit';
import { InvalidInput } from '#libs/kernel';
import type { Projections } from '#libs/projections';

export function gateOver(projections: Projections, store: EventStore): ProjectionGate {
  return {
    waitFor: async (position, options) => {
      if (position <= projections.position(options?.projections)) return;
      // Waiting for what no event can ever reach would hold the connection for nothing.
      if (position > (await store.head())) {
        throw new InvalidInput('This position lies beyond the log.', { field: 'atLeast' });
      }
      await projections.waitFor(position, options);
    },
    positionOf: (projection) => projections.position([projection]),
  };
}
