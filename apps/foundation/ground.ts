// What a process stands on, whichever adapters its settings choose: nobody above needs to know which.
import type { EventStore } from '#libs/event-store';
import type { RateLimits, ReadDatabase } from '#libs/platform';
import type { PersonalDataVault } from '#libs/privacy';
import type { Duty, Projections, Projector } from '#libs/projections';

/** Something of these adapters that a process cannot do its work without. */
export interface GroundCheck {
  readonly name: 'disk' | 'durability';
  /** @throws Unavailable with one sentence */
  ask(): Promise<unknown>;
}

/** What differs with the adapters. */
export interface Ground {
  readonly store: EventStore;
  readonly vault: PersonalDataVault;
  readonly readModels: ReadDatabase;
  readonly projections: Projections;
  /** Counted where all processes of the house see it. */
  readonly rateLimits: RateLimits;
  /** What readiness asks beside whether all can be read. */
  readonly checks: readonly GroundCheck[];
  /** Contends for making the read models; undefined where nobody contends, or this process does not. */
  readonly projector: Projector | undefined;
  /** Has it done by one process at a time: by this one, while it leads, or not by this one at all. */
  readonly whileLeading: (duty: Duty) => void;
}
