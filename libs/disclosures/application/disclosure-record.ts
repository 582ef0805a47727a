// Writes down who is shown whose personal data, before they are: one append for each community the people belong to,
// however many of them there are. There is nothing to decide, so nothing is loaded.
import { randomUUID } from 'node:crypto';
import type { EventStore, PersonalDataSealer } from '#libs/event-store';
import type { CommandContexts, Disclosure, ReadRecord } from '#libs/graphql-kit';
import { DISCLOSURES, disclosureCodec } from '../codec/disclosure.codec.ts';
import type { PersonalDataDisclosed } from '../domain/disclosure.events.ts';

const COMMAND = 'DisclosePersonalData';

export class DisclosureRecord implements ReadRecord {
  readonly #store: EventStore;
  readonly #sealer: PersonalDataSealer;
  readonly #contexts: CommandContexts;
  readonly #count: (persons: number) => void;

  /** @param count told of how many people a reading shows, for a metric */
  constructor(
    store: EventStore,
    sealer: PersonalDataSealer,
    contexts: CommandContexts,
    count: (persons: number) => void = () => undefined,
  ) {
    this.#store = store;
    this.#sealer = sealer;
    this.#contexts = contexts;
    this.#count = count;
  }

  async write(disclosure: Disclosure): Promise<void> {
    const communities = disclosure.shown.communityIds;
    await Promise.all(communities.map((communityId) => this.#writeOf(communityId, disclosure)));
  }

  async #writeOf(communityId: string, { operation, through, viewers, shown }: Disclosure): Promise<void> {
    const id = randomUUID();
    const only = viewers.length === 1 ? viewers[0] : undefined;
    const context = this.#contexts.of(only, COMMAND, { commandId: id }, { communityId });
    const event: PersonalDataDisclosed = {
      type: 'PersonalDataDisclosed',
      data: {
        at: context.recordedAt,
        operation,
        through,
        viewers: viewers.map(({ accountId }) => accountId),
        shown: shown.groupsOf(communityId),
      },
    };
    const encoded = await disclosureCodec.encode([event], { ...context, communityId }, this.#sealer);
    await this.#store.append(`${DISCLOSURES}-${id}`, encoded, { expected: 'no-stream' });
    this.#count(event.data.shown.reduce((sum, { personIds }) => sum + personIds.length, 0));
  }
}
