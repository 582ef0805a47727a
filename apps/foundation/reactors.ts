// What answers events with commands of its own accord. Only one process does it at a time; a second one would do nothing
// worse than find everything done.
import type { Kysely } from 'kysely';
import { systemScheduler } from '#libs/platform';
import type { DisclosureTables } from '#libs/disclosures';
import { DisclosureQueries, ReadingWatch } from '#libs/disclosures';
import type { Duty } from '#libs/projections';
import type { TaskViews } from '#libs/requests';
import { OfferExpiry, TaskQueries } from '#libs/requests';
import type { Foundation } from './foundation.ts';
import type { Services } from './services.ts';

export function reactors(foundation: Foundation, { requestDesk }: Services): Duty {
  const { clock, vault, logger, readModels } = foundation;
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
    const watch = readingWatch(foundation);
    expiry.start();
    watch.start();
    return async () => {
      await Promise.all([expiry.stop(), watch.stop()]);
    };
  };
}

function readingWatch({ store, vault, clock, logger, readModels, settings, metrics }: Foundation): ReadingWatch {
  const readings = new DisclosureQueries(readModels.query as Kysely<DisclosureTables>);
  return new ReadingWatch({
    ...{ store, sealer: vault, clock, logger, scheduler: systemScheduler },
    heavy: (hour, threshold) => readings.heavySince(hour, threshold),
    threshold: settings.unusualReading,
    noticed: () => metrics.unusualReading(),
  });
}
