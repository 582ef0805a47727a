// What answers events with commands of its own accord. Only one process does it at a time; a second one would do nothing
// worse than find everything done.
import type { Kysely } from 'kysely';
import type { ErasureViews } from '#libs/erasures';
import { ErasureQueries, ErasureTimer } from '#libs/erasures';
import { MINUTE } from '#libs/kernel';
import { Rounds, systemScheduler } from '#libs/platform';
import type { DisclosureTables } from '#libs/disclosures';
import { DisclosureQueries, ReadingWatch } from '#libs/disclosures';
import type { Duty } from '#libs/projections';
import type { RequestViews, TaskViews } from '#libs/requests';
import { OfferExpiry, RequestQueries, TaskQueries } from '#libs/requests';
import type { Erasing } from './erasing.ts';
import type { Foundation } from './foundation.ts';
import type { Services } from './services.ts';

export function reactors(foundation: Foundation, { requestDesk, erasing }: Services): Duty {
  const { clock, vault, logger, readModels } = foundation;
  const tasks = new TaskQueries(readModels.query as Kysely<TaskViews>);
  return () => {
    const expiry = new OfferExpiry({
      desk: requestDesk,
      overdue: (now, limit) => tasks.overdueOffers(now, limit),
      clock,
      fingerprint: (payload) => vault.fingerprint(payload),
    });
    const watch = readingWatch(foundation);
    const erasures = erasureTimer(foundation, erasing);
    const every = { logger, scheduler: systemScheduler };
    const all = [
      new Rounds({ ...every, look: () => expiry.run(), failure: 'offers that ran out could not be recorded' }),
      new Rounds({
        ...{ ...every, everyMs: MINUTE, look: () => watch.run() },
        failure: 'unusual reading of personal data could not be looked for',
      }),
      new Rounds({
        ...{ ...every, look: (signal: AbortSignal) => erasures.run(signal) },
        failure: 'erasures that are due could not be carried out',
      }),
    ];
    for (const each of all) each.start();
    return async () => {
      await Promise.all(all.map((each) => each.stop()));
    };
  };
}

function readingWatch({ store, vault, clock, logger, readModels, settings, metrics }: Foundation): ReadingWatch {
  const readings = new DisclosureQueries(readModels.query as Kysely<DisclosureTables>);
  return new ReadingWatch({
    ...{ store, sealer: vault, clock, logger },
    heavy: (hour, threshold) => readings.heavySince(hour, threshold),
    threshold: settings.unusualReading,
    noticed: () => metrics.unusualReading(),
  });
}

/** Also for tests, which look without waiting for the time. */
export function erasureTimer(foundation: Foundation, { eraser, subjects }: Erasing): ErasureTimer {
  const { clock, logger, readModels, settings } = foundation;
  const erasures = new ErasureQueries(readModels.query as Kysely<ErasureViews>);
  const requests = new RequestQueries(readModels.query as Kysely<RequestViews>);
  return new ErasureTimer({
    ...{ eraser, subjects, clock, logger, retentionDays: settings.retentionDays },
    due: (now, limit, after) => erasures.due(now, limit, after),
    keptTooLong: (before, limit, after) => requests.keptSince(before, limit, after),
  });
}
