// Notices accounts that read of unusually many people within an hour, and records each once: into the log of events for
// the auditor, and as a warning for the operator. Counted from what all processes have recorded.
import type { EventStore, PersonalDataSealer } from '#libs/event-store';
import { deterministicId, EventIdReused, WrongExpectedRevision } from '#libs/event-store';
import type { Clock, CommandContext, Instant } from '#libs/kernel';
import { HOUR, plus } from '#libs/kernel';
import type { Logger } from '#libs/platform';
import { DISCLOSURES, disclosureCodec } from '../codec/disclosure.codec.ts';
import type { UnusualReadingNoticed } from '../domain/disclosure.events.ts';
import { hourOf } from '../domain/disclosure.events.ts';

export interface HeavyReading {
  readonly communityId: string;
  readonly accountId: string;
  readonly hour: string;
  /** Different people the account was shown data of in that hour. */
  readonly persons: number;
}

export interface ReadingWatchOptions {
  readonly store: EventStore;
  readonly sealer: PersonalDataSealer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Accounts that reached the number of people in one of the hours since then. */
  readonly heavy: (sinceHour: Instant, threshold: number) => Promise<readonly HeavyReading[]>;
  /** Different people in an hour from which on it is unusual. */
  readonly threshold: number;
  /** Told of each one that is recorded, for a metric. */
  readonly noticed?: ((reading: HeavyReading) => void) | undefined;
}

const SYSTEM = { accountId: 'system', role: 'SYSTEM' };

export class ReadingWatch {
  readonly #options: ReadingWatchOptions;
  /** Only spares the store questions; what counts is in it. */
  #known = new Set<string>();

  constructor(options: ReadingWatchOptions) {
    this.#options = options;
  }

  /** Records what this hour and the one before have shown; answers how many are new. */
  async run(): Promise<number> {
    const { clock, heavy, threshold } = this.#options;
    const found = await heavy(hourOf(plus(clock.now(), -HOUR)), threshold);
    const known = this.#known;
    this.#known = new Set(found.map(nameOf));
    let recorded = 0;
    for (const reading of found) if (!known.has(nameOf(reading)) && (await this.#record(reading))) recorded += 1;
    return recorded;
  }

  async #record(reading: HeavyReading): Promise<boolean> {
    const { store, sealer, threshold, logger, noticed } = this.#options;
    const { communityId, accountId, hour, persons } = reading;
    const id = deterministicId('unusual reading', communityId, accountId, hour);
    const context = this.#context(id);
    const event: UnusualReadingNoticed = {
      type: 'UnusualReadingNoticed',
      data: { at: context.recordedAt, accountId, hour: hour as Instant, persons, threshold },
    };
    const encoded = await disclosureCodec.encode([event], { ...context, communityId }, sealer);
    try {
      const { position, duplicate } = await store.append(`${DISCLOSURES}-${id}`, encoded, { expected: 'no-stream' });
      if (duplicate) return false;
      logger.warn('an account reads of unusually many people', { count: persons, position });
      noticed?.(reading);
      return true;
    } catch (error) {
      // Another process was faster, or an earlier leader.
      if (error instanceof WrongExpectedRevision || error instanceof EventIdReused) return false;
      throw error;
    }
  }

  #context(commandId: string): CommandContext {
    const now = this.#options.clock.now();
    const commandHash = this.#options.sealer.fingerprint({ command: 'NoticeUnusualReading' });
    return { commandId, commandHash, actor: SYSTEM, occurredAt: now, recordedAt: now };
  }
}

function nameOf({ communityId, accountId, hour }: HeavyReading): string {
  return `${communityId} ${accountId} ${hour}`;
}
