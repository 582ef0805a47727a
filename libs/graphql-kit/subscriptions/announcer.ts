// Brings one event to the members of a group: one load, one rendering, then the same message for each member that may
// have it, a chunk at a time, so that the event loop is never held for long. Who is shown personal data is recorded first.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '#libs/event-store';
import { BoundedCache } from '#libs/kernel';
import type { Viewer } from '../viewer.ts';
import type { Rendering, Subscriber, SubscriberGroup } from './subscriber.ts';
import type { Delivery } from './subscription-source.ts';

/** Members told in one turn of the event loop. */
const CHUNK = 250;
/** Events and messages kept for those who catch up with the same events, as after a restart. */
const KEPT = 256;

type Render = (member: Subscriber) => Promise<Rendering> | Rendering;

export class Announcer {
  readonly #deliveries = new BoundedCache<string, Promise<Delivery<unknown> | undefined>>(KEPT);
  readonly #messages = new BoundedCache<string, Promise<Rendering>>(KEPT);

  /** Tells every live member that has not heard of the event. After a failure it can be called again. */
  async announce(group: SubscriberGroup, event: RecordedEvent): Promise<void> {
    const delivery = await this.#deliveryOf(group, event);
    if (!delivery) return;
    const due = (member: Subscriber) => member.live && member.cursor < event.position;
    await tell(
      group,
      delivery,
      due,
      (member) => this.#messageOf(member, event, delivery),
      (member) => (member.cursor = event.position),
    );
  }

  /** Tells every member the state as it is now, whatever it has heard before. */
  async announceLatest(group: SubscriberGroup, event: RecordedEvent): Promise<void> {
    const { source, topic } = group.definition;
    const delivery = await source.load(event, topic);
    if (!delivery) return;
    const render: Render = (member) => group.definition.render(delivery.payload, member.receiver.viewer);
    await tell(
      group,
      delivery,
      () => true,
      render,
      () => undefined,
    );
  }

  /** Tells one member that is catching up. */
  async announceTo(member: Subscriber, event: RecordedEvent): Promise<void> {
    const delivery = await this.#deliveryOf(member.group, event);
    if (!delivery || !mayHear(member, delivery)) return;
    const { message, disclose } = await this.#messageOf(member, event, delivery);
    await disclose?.(viewersOf([member]));
    if (mayHear(member, delivery)) member.receiver.next(message);
  }

  /** What was loaded before counts no more: the next to hear of an event hears it as it is then. */
  forget(): void {
    this.#deliveries.clear();
    this.#messages.clear();
  }

  #deliveryOf({ definition }: SubscriberGroup, event: RecordedEvent): Promise<Delivery<unknown> | undefined> {
    const { source, topic } = definition;
    return remembered(this.#deliveries, `${source.field}\n${topic}\n${event.position}`, () =>
      source.load(event, topic),
    );
  }

  #messageOf(
    { group, receiver }: Subscriber,
    event: RecordedEvent,
    { payload }: Delivery<unknown>,
  ): Promise<Rendering> {
    const { definition } = group;
    return remembered(this.#messages, `${definition.key}\n${event.position}`, async () =>
      definition.render(payload, receiver.viewer),
    );
  }
}

async function tell(
  group: SubscriberGroup,
  delivery: Delivery<unknown>,
  due: (member: Subscriber) => boolean,
  render: Render,
  told: (member: Subscriber) => void,
): Promise<void> {
  const members = [...group.members];
  let rendering: Rendering | undefined;
  for (let from = 0; from < members.length; from += CHUNK) {
    if (from > 0) await nextTurn();
    const reached = members.slice(from, from + CHUNK).filter(due);
    const hearing = new Set(reached.filter((member) => mayHear(member, delivery)));
    const [first] = hearing;
    if (first) {
      rendering ??= await render(first);
      await rendering.disclose?.(viewersOf(hearing));
    }
    for (const member of reached) {
      if (hearing.has(member) && mayHear(member, delivery)) member.receiver.next(rendering?.message);
      told(member);
    }
  }
}

/** Each once, also who listens over several sockets. */
function viewersOf(members: Iterable<Subscriber>): Viewer[] {
  const viewers = new Map<string, Viewer>();
  for (const { receiver } of members) if (receiver.viewer) viewers.set(receiver.viewer.accountId, receiver.viewer);
  return [...viewers.values()];
}

function mayHear(member: Subscriber, delivery: Delivery<unknown>): boolean {
  const { viewer } = member.receiver;
  const { allows, args } = member.group.definition;
  return !member.hasEnded() && allows(viewer) && delivery.admits(viewer, args);
}

/** The promise made first for the key; a failed one is forgotten, so that the next caller tries again. */
function remembered<T>(cache: BoundedCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => {
    cache.delete(key);
  });
  return made;
}
