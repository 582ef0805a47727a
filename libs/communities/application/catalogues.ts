// The catalogue and policy a community works by, always as its own stream says: a deadline is never computed from a
// read model that may lag.
import { CurrentStates } from '#libs/commands';
import type { EventStore } from '#libs/event-store';
import type { Instant } from '#libs/kernel';
import { NotFound } from '#libs/kernel';
import type { AreaCommand } from '../domain/area.commands.ts';
import type { AreaState, KnownArea } from '../domain/area.decider.ts';
import type { AreaEvent } from '../domain/area.events.ts';
import type { CatalogueEntry, CatalogueVersion, Policy } from '../domain/catalogue.ts';
import { DEFAULT_POLICY, STANDARD_VERSION } from '../domain/catalogue.ts';
import { STANDARD_CATALOGUE } from '../domain/standard-catalogue.ts';
import { areaAggregate } from './area.aggregate.ts';

export interface Catalogue {
  readonly communityId: string;
  /** 1 is the standard catalogue. */
  readonly version: number;
  readonly entries: readonly CatalogueEntry[];
  readonly policy: Policy;
  entry(category: string): CatalogueEntry | undefined;
}

export interface CatalogueQuestion {
  /** The time whose catalogue is meant; default the latest. */
  readonly at?: Instant | undefined;
  readonly signal?: AbortSignal | undefined;
}

const STANDARD: CatalogueVersion = { version: STANDARD_VERSION, entries: STANDARD_CATALOGUE, publishedAt: null };

export class Catalogues {
  readonly #areas: CurrentStates<AreaState, AreaCommand, AreaEvent>;

  constructor(store: EventStore) {
    this.#areas = new CurrentStates<AreaState, AreaCommand, AreaEvent>(store, areaAggregate, 1_000);
  }

  /**
   * The catalogue in force at a time, with the present policy. A time before the first
   * publication is measured by the first one; a community that never published has the standard catalogue.
   *
   * @throws NotFound when there is no such community
   * @throws Unavailable when the store cannot be read
   */
  async of(communityId: string, { at, signal }: CatalogueQuestion = {}): Promise<Catalogue> {
    const { state } = await this.#areas.of(communityId, signal);
    if (state.status === 'NONE' || state.level !== 'COMMUNITY') throw new NotFound('There is no such community.');
    const { version, entries } = inForce(state, at);
    return {
      communityId,
      version,
      entries,
      policy: state.policy ?? DEFAULT_POLICY,
      entry: (category) => entries.find((entry) => entry.category === category),
    };
  }
}

function inForce({ catalogues }: KnownArea, at: Instant | undefined): CatalogueVersion {
  if (at === undefined) return catalogues.at(-1) ?? STANDARD;
  const published = catalogues.findLast(({ publishedAt }) => publishedAt !== null && publishedAt <= at);
  return published ?? catalogues[0] ?? STANDARD;
}
