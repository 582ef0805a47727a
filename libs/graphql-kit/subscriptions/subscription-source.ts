// How a scope declares a subscription: which events it listens to, who hears of them, and what they are told.
import type { RecordedEvent } from '#libs/event-store';
import type { Viewer } from '../viewer.ts';

export type SubscriptionArgs = Readonly<Record<string, unknown>>;

/** What one subscriber listens to. */
export interface Listening {
  /** Only events of this topic reach the subscriber: a request's id, a community's id, or one word for all. */
  readonly topic: string;
  /**
   * Subscribers with the same document, variables, topic and scope are sent one and the same text, made for one of
   * them. Give the account's id where the payload shows different things to different viewers, a constant where not.
   */
  readonly scope: string;
}

/** An event as its subscribers are told of it; loaded once for all of them. */
export interface Delivery<Payload> {
  /** What the subscription's field resolves to; carries the event's position. */
  readonly payload: Payload;
  /** Whether this viewer may hear of it now. Asked for every subscriber: no I/O, no await. */
  admits(viewer: Viewer | undefined, args: SubscriptionArgs): boolean;
}

export interface SubscriptionSource<Payload = unknown> {
  /** Name of the field of `Subscription`. */
  readonly field: string;
  readonly types: readonly string[];
  /** Types of events after which an earlier answer of `load` may no longer hold: it is asked again. */
  readonly invalidatedBy?: readonly string[];
  /** Projections that `load` reads; it is called once they have the event. */
  readonly projections: readonly string[];
  /**
   * Set where only the latest state counts: at most one delivery per topic in this many milliseconds, for the last
   * event. Such a subscription has no catching up.
   */
  readonly coalesceMs?: number;
  /** @throws a Failure when the viewer may not listen, or not with these arguments */
  listen(args: SubscriptionArgs, viewer: Viewer | undefined): Listening | Promise<Listening>;
  /** Topics the event belongs to. */
  topicsOf(event: RecordedEvent): readonly string[];
  /** What to tell the topic's subscribers; undefined when there is nothing to tell. The same event gives the same answer. */
  load(event: RecordedEvent, topic: string): Promise<Delivery<Payload> | undefined>;
}
