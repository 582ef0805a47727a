// What answers events with commands of its own accord. Only one process does it at a time; a second one would do nothing
// worse than find everything done.
import type { Kysely } from 'kysely';
import { systemScheduler } from '#libs/platform';
import type { Duty } from '#libs/projections';
import type { TaskViews } from '#libs/requests';
import { OfferExpiry, TaskQueries } from '#libs/requests';
import type { Foundation } from './foundation.ts';
import type { Services } from './services.ts';

export function reactors({ clock, vault, logger, readModels }: Foundation, { requestDesk }: Services): Duty {
  const tasks = new TaskQueries(readModels.query as Kysely<TaskViews>);
  return () => {
    const expiry = new OfferExpiry({
      desk: requestDesk,
      overdue: (now, limit) => tasks.overdueOffers(now, limit),
      clock,
      fingerprint: (payload) => vault.fingerprint(payload),
      logger,
      scheduler: systemScheduler,
    });
    expiry.start();
    return () => expiry.stop();
  };
}
