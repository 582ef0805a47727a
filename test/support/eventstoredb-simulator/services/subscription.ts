// A subscription: confirmed first, then everything behind its position, then live. A filtered one is sent checkpoints
// while nothing matches, and once it has caught up.
import { randomUUID } from 'node:crypto';
import type { WrongCheckpoint } from '../cluster/faults.ts';
import { firstVisible } from '../log/stream-metadata.ts';
import type { StoredEvent } from '../log/stored-event.ts';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  fellBehindMessage,
  NONE,
} from '../protocol/read-messages.ts';
import type { ReadRequest } from '../protocol/read-request.ts';
import type { NodeContext } from './node-context.ts';
import type { Reader } from './reader.ts';

/** So many events the server keeps for a live subscriber that does not take them; then it has fallen behind. */
const LIVE_BUFFER = 32;

/** What a subscription goes through, by index. */
interface Source {
  readonly start: number;
  end(): number;
  at(index: number): StoredEvent;
}

export async function subscribe(node: NodeContext, request: ReadRequest, reader: Reader): Promise<void> {
  const source = sourceOf(node, request);
  await reader.message(confirmationMessage(randomUUID()));
  await new Subscription(node, source, request, reader).run();
}

class Subscription {
  readonly #node: NodeContext;
  readonly #source: Source;
  readonly #filter: ReadRequest['filter'];
  readonly #reader: Reader;
  #next: number;
  #live = false;
  #considered = 0;
  #lastCheckpoint = -1;

  constructor(node: NodeContext, source: Source, { filter }: ReadRequest, reader: Reader) {
    this.#node = node;
    this.#source = source;
    this.#filter = filter;
    this.#reader = reader;
    this.#next = source.start;
  }

  async run(): Promise<void> {
    if (this.#next >= this.#source.end()) await this.#goLive();
    while (this.#reader.open) {
      if (this.#next < this.#source.end()) await this.#step(this.#source.at(this.#next++));
      else if (this.#live) await this.#more();
      else await this.#catchUp();
    }
  }

  async #step(event: StoredEvent): Promise<void> {
    this.#considered += 1;
    if (!this.#filter || this.#filter.matches(event)) {
      const waited = await this.#reader.event(event);
      if (waited && this.#live && this.#source.end() - this.#next > LIVE_BUFFER) await this.#fallBehind();
    }
    if (this.#filter && this.#considered >= this.#filter.checkpointInterval) await this.#checkpoint();
  }

  async #catchUp(): Promise<void> {
    await this.#checkpoint();
    await this.#goLive();
  }

  async #goLive(): Promise<void> {
    this.#live = true;
    await this.#reader.message(caughtUpMessage());
  }

  async #fallBehind(): Promise<void> {
    this.#live = false;
    await this.#reader.message(fellBehindMessage());
    await this.#checkpoint();
  }

  /** Tells a filtered subscription how far the server has looked. */
  async #checkpoint(): Promise<void> {
    this.#considered = 0;
    if (!this.#filter || this.#next === 0) return;
    const arrival = { method: 'subscribeToAll', node: this.#node.index } as const;
    const wrong = this.#node.faults.forEvent(arrival, 'checkpoints')?.request.checkpoint;
    const { position } = this.#source.at(this.#next - 1);
    if (wrong) await this.#reader.message(this.#wrongCheckpoint(wrong, position));
    else if (position > this.#lastCheckpoint) await this.#reader.message(checkpointMessage(position));
    if (wrong !== 'stuck' || this.#lastCheckpoint < 0) this.#lastCheckpoint = position;
  }

  #wrongCheckpoint(wrong: WrongCheckpoint, position: number): Uint8Array {
    switch (wrong) {
      case 'end-of-log':
        return checkpointMessage(this.#node.log.end, 0);
      case 'maximum':
        return checkpointMessage(NONE);
      case 'stuck':
        return checkpointMessage(this.#lastCheckpoint < 0 ? position : this.#lastCheckpoint);
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#node.log.onMore(() => {
        if (this.#next < this.#source.end()) done();
      });
      const done = () => {
        stop();
        resolve();
      };
      this.#reader.onGone(done);
    });
  }
}

/** $all and a stream alike: the position or revision that is given has been handled before. */
function sourceOf(node: NodeContext, { stream, from, behindFrom }: ReadRequest): Source {
  if (stream === undefined) {
    const { log } = node;
    const start = from === 'start' ? 0 : from === 'end' ? node.available() : log.indexAt(behindFrom ? from + 1 : from);
    return { start, end: () => node.available(), at: (index) => log.events[index]! };
  }
  const events = () => node.log.stream(stream).events;
  const first = firstVisible(events(), node.log.stream(stream).metadata);
  const start = from === 'start' ? first : from === 'end' ? events().length : Math.max(first, from + 1);
  return { start, end: () => events().length, at: (index) => events()[index]! };
}
