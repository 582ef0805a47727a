// Follows the log once and tells every subscriber, in position order, without gap or duplicate: a subscriber reads the
// log by itself until it is where the hub is, then is told live. What a group of subscribers is sent is loaded,
// executed and serialised once.
import { randomUUID } from 'node:crypto';
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { InvalidInput, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { GraphQLContext } from '../context.ts';
import type { ProjectionGate } from '../tokens.ts';
import { Announcer } from './announcer.ts';
import { Coalescer } from './coalescer.ts';
import { IteratorReceiver } from './iterator-receiver.ts';
import { LogFollower } from './log-follower.ts';
import { Permits } from './permits.ts';
import type { GroupDefinition, Receiver } from './subscriber.ts';
import { Subscriber } from './subscriber.ts';
import type { Viewer } from '../viewer.ts';
import type { Listening, SubscriptionArgs, SubscriptionSource } from './subscription-source.ts';
import { TopicIndex } from './topic-index.ts';

export interface SubscriptionHubOptions {
  readonly store: EventStore;
  readonly projections: ProjectionGate;
  /** Takes the hub's own failures into the log. */
  readonly report: (message: string, error: unknown) => void;
}

/** Viewers who are connected have to be looked up again after some events, before anybody hears of these events. */
export interface ViewerChanges {
  readonly types: readonly string[];
  changed(event: RecordedEvent): Promise<void>;
}

const CATCH_UP_PAGE = 200;
const CATCHING_UP_AT_ONCE = 8;
const ATTEMPTS = 3;

export class SubscriptionHub {
  readonly #options: SubscriptionHubOptions;
  readonly #sources = new Map<string, SubscriptionSource>();
  readonly #viewerChanges: ViewerChanges[] = [];
  readonly #topics = new TopicIndex();
  readonly #announcer = new Announcer();
  readonly #catchingUp = new Permits(CATCHING_UP_AT_ONCE);
  readonly #coalescer = new Coalescer((source, topic, event) => this.#tellLatest(source, topic, event));
  #invalidating: ReadonlySet<string> = new Set();
  #follower: LogFollower | undefined;

  constructor(options: SubscriptionHubOptions) {
    this.#options = options;
  }

  /** Declares a subscription; before `start`. */
  register(source: SubscriptionSource): void {
    if (this.#follower || this.#sources.has(source.field))
      throw new Error(`Subscription ${source.field} cannot be registered now`);
    this.#sources.set(source.field, source);
  }

  /** Before `start`. */
  onViewerChanges(changes: ViewerChanges): void {
    this.#viewerChanges.push(changes);
  }

  /** The source of a field of `Subscription`. */
  source(field: string): SubscriptionSource {
    const source = this.#sources.get(field);
    if (!source) throw new Error(`No source is registered for subscription ${field}`);
    return source;
  }

  async start(): Promise<void> {
    const { store, projections, report } = this.#options;
    const sources = [...this.#sources.values()];
    const listeners = [...sources, ...this.#viewerChanges];
    const needed = [...new Set(sources.flatMap((source) => source.projections))];
    this.#invalidating = new Set(sources.flatMap(({ invalidatedBy = [] }) => invalidatedBy));
    this.#follower = new LogFollower({
      store,
      report,
      types: [...new Set([...listeners.flatMap(({ types }) => types), ...this.#invalidating])],
      ready: (position) => projections.waitFor(position, { projections: needed }),
      tell: (event, attempt) => this.#tell(event, attempt),
    });
    await this.#follower.start();
  }

  /** Tells nobody any more. Sockets are closed by who opened them. */
  async stop(): Promise<void> {
    this.#coalescer.stop();
    await this.#follower?.stop();
  }

  /**
   * Tells the receiver everything its group hears of after `after`; from now on where that is not given.
   *
   * @throws InvalidInput for a position this log does not have
   */
  async subscribe(definition: GroupDefinition, receiver: Receiver, after?: Position | null): Promise<Subscriber> {
    if (!this.#follower) throw new Unavailable('Subscriptions are not being served.');
    const resumes = goesOn(definition.source, after);
    if (resumes) await this.#assertKnown(after);
    const group = this.#topics.group(definition);
    const subscriber = new Subscriber(group, receiver, resumes ? after : this.#follower.told);
    group.members.add(subscriber);
    if (resumes) this.#catchUp(subscriber).catch((error: unknown) => this.#giveUp(subscriber, error));
    else subscriber.live = true;
    return subscriber;
  }

  /**
   * What the viewer is to hear of, decided on read models that have taken in what the viewer has seen: it may have been
   * told by another server, which was faster.
   *
   * @throws InvalidInput for a position this log does not have
   */
  async listen(source: SubscriptionSource, args: SubscriptionArgs, viewer: Viewer | undefined): Promise<Listening> {
    const after = args['after'] as Position | null | undefined;
    if (goesOn(source, after)) {
      await this.#assertKnown(after);
      await this.#options.projections.waitFor(after, { projections: source.projections });
    }
    return source.listen(args, viewer);
  }

  unsubscribe(subscriber: Subscriber): void {
    subscriber.end();
    this.#topics.leave(subscriber);
  }

  /** The same for one reader in this process: what a `@Subscription()` method returns. */
  async iterate(
    field: string,
    args: SubscriptionArgs,
    { viewer }: GraphQLContext,
  ): Promise<AsyncIterableIterator<object>> {
    const source = this.source(field);
    const { topic } = await this.listen(source, args, viewer);
    const receiver = new IteratorReceiver<object>(viewer);
    const render = (payload: unknown) => ({ message: { [field]: payload } });
    const definition = { key: randomUUID(), source, topic, args, allows: () => true, render };
    const subscriber = await this.subscribe(definition, receiver, args['after'] as Position | undefined);
    return receiver.messages(() => this.unsubscribe(subscriber));
  }

  async #assertKnown(after: Position): Promise<void> {
    if (after <= (await this.#options.store.head())) return;
    throw new InvalidInput('This position lies beyond the log.', { field: 'after' });
  }

  /** Reads the log until the subscriber is where the hub is; then, within the same turn, it is live. */
  async #catchUp(subscriber: Subscriber): Promise<void> {
    while (!subscriber.hasEnded()) {
      if (subscriber.cursor >= (this.#follower?.told ?? START_OF_LOG)) {
        subscriber.live = true;
        return;
      }
      const { events, next } = await this.#catchingUp.run(() => this.#missedPage(subscriber));
      for (const event of events) {
        if (subscriber.hasEnded()) return;
        await this.#announcer.announceTo(subscriber, event);
        await subscriber.receiver.drained();
      }
      subscriber.cursor = next;
    }
  }

  async #missedPage({ cursor, group }: Subscriber): Promise<{ events: readonly RecordedEvent[]; next: Position }> {
    const { source, topic } = group.definition;
    const page = await this.#options.store.readAll({ after: cursor, types: source.types, limit: CATCH_UP_PAGE });
    const events = page.events.filter((event) => source.topicsOf(event).includes(topic));
    const last = events.at(-1);
    if (last) await this.#options.projections.waitFor(last.position, { projections: source.projections });
    return { events, next: page.next };
  }

  async #tell(event: RecordedEvent, attempt: number): Promise<void> {
    if (this.#invalidating.has(event.type)) this.#announcer.forget();
    for (const changes of this.#viewerChanges) if (changes.types.includes(event.type)) await changes.changed(event);
    for (const source of this.#sources.values()) {
      if (!source.types.includes(event.type)) continue;
      for (const topic of source.topicsOf(event)) await this.#tellTopic(source, topic, event, attempt);
    }
  }

  async #tellTopic(source: SubscriptionSource, topic: string, event: RecordedEvent, attempt: number): Promise<void> {
    const groups = this.#topics.groupsOf(source, topic);
    if (groups.length === 0) return;
    if (source.coalesceMs !== undefined) {
      this.#coalescer.add(source, topic, event);
      return;
    }
    try {
      for (const group of groups) await this.#announcer.announce(group, event);
    } catch (error) {
      if (attempt < ATTEMPTS) throw error;
      const failure = new Unavailable('This event cannot be shown now; subscribe again after the last position.');
      for (const group of groups) for (const member of [...group.members]) this.#giveUp(member, failure);
      this.#options.report('an event could not be told', error);
    }
  }

  async #tellLatest(source: SubscriptionSource, topic: string, event: RecordedEvent): Promise<void> {
    try {
      await this.#options.projections.waitFor(event.position, { projections: source.projections });
      for (const group of this.#topics.groupsOf(source, topic)) await this.#announcer.announceLatest(group, event);
    } catch (error) {
      this.#options.report('the latest state could not be told', error);
    }
  }

  #giveUp(subscriber: Subscriber, error: unknown): void {
    if (subscriber.hasEnded()) return;
    this.unsubscribe(subscriber);
    subscriber.receiver.fail(error);
  }
}

/** Coalesced subscriptions tell the latest state only, whatever was seen before. */
function goesOn(source: SubscriptionSource, after: Position | null | undefined): after is Position {
  return after != null && source.coalesceMs === undefined;
}
