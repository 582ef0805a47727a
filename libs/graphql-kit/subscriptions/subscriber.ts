import type { Position } from '#libs/kernel';
import type { Viewer } from '../viewer.ts';
import type { SubscriptionArgs, SubscriptionSource } from './subscription-source.ts';

/** Where a subscriber's messages go: one subscription on a socket, or an iterator. There may be many; it holds little. */
export interface Receiver<Message = unknown> {
  /** As it is now; looked up again when accounts change. */
  readonly viewer: Viewer | undefined;
  /** Takes a message at once, or gives the subscriber up when it is too far behind. */
  next(message: Message): void;
  /** Resolves when there is room for more. Only catching up waits for it; live messages are bounded by `next`. */
  drained(): Promise<void>;
  /** Ends the subscription with an error. */
  fail(error: unknown): void;
}

/** A message, and what has to happen before somebody is sent it. */
export interface Rendering<Message = unknown> {
  readonly message: Message;
  /**
   * Set where the message shows personal data: records that these viewers are told, before they are.
   *
   * @throws Unavailable when it cannot be recorded; none of them is told then
   */
  readonly disclose?: ((viewers: readonly Viewer[]) => Promise<void>) | undefined;
}

/** What makes subscribers equal: all with the same key are sent the same message. */
export interface GroupDefinition<Message = unknown> {
  readonly key: string;
  readonly source: SubscriptionSource;
  readonly topic: string;
  readonly args: SubscriptionArgs;
  /** Whether the field is open to this viewer now. Asked before each message, which may be made for any member. */
  readonly allows: (viewer: Viewer | undefined) => boolean;
  render(payload: unknown, viewer: Viewer | undefined): Promise<Rendering<Message>> | Rendering<Message>;
}

export class SubscriberGroup {
  readonly definition: GroupDefinition;
  readonly members = new Set<Subscriber>();

  constructor(definition: GroupDefinition) {
    this.definition = definition;
  }
}

export class Subscriber {
  readonly group: SubscriberGroup;
  readonly receiver: Receiver;
  /** Every event up to here has been delivered or was not for this subscriber. */
  cursor: Position;
  /** False while it still reads the log by itself. */
  live = false;
  #ended = false;

  constructor(group: SubscriberGroup, receiver: Receiver, cursor: Position) {
    this.group = group;
    this.receiver = receiver;
    this.cursor = cursor;
  }

  hasEnded(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }
}
