import { Unavailable } from '#libs/kernel';
import type { Viewer } from '../viewer.ts';
import type { Receiver } from './subscriber.ts';

const LONGEST_QUEUE = 1_000;

/** Messages for one reader in this process, in order. A reader who falls too far behind is ended with an error. */
export class IteratorReceiver<Message> implements Receiver<Message> {
  readonly viewer: Viewer | undefined;
  readonly #queue: Message[] = [];
  #end: { readonly error?: unknown } | undefined;
  #changed: () => void = () => undefined;

  constructor(viewer: Viewer | undefined) {
    this.viewer = viewer;
  }

  next(message: Message): void {
    if (this.#queue.length >= LONGEST_QUEUE)
      this.fail(new Unavailable('Too far behind; go on after the last position.'));
    else this.#queue.push(message);
    this.#changed();
  }

  async drained(): Promise<void> {
    while (this.#queue.length > 0 && !this.#end) await this.#change();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#changed();
  }

  /** @param onEnd called once, when the reader stops or the subscription fails */
  messages(onEnd: () => void): AsyncIterableIterator<Message> {
    const reading = this.#read(onEnd);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => reading.next(),
      return: async () => {
        this.#end ??= {};
        this.#changed();
        return reading.return(undefined);
      },
    };
  }

  async *#read(onEnd: () => void): AsyncGenerator<Message, undefined> {
    try {
      for (;;) {
        const message = this.#queue.shift();
        if (message !== undefined) {
          this.#changed();
          yield message;
        } else if (this.#end) {
          if ('error' in this.#end) throw this.#end.error;
          return undefined;
        } else {
          await this.#change();
        }
      }
    } finally {
      onEnd();
    }
  }

  #change(): Promise<void> {
    const before = this.#changed;
    return new Promise((resolve) => {
      this.#changed = () => {
        before();
        resolve();
      };
    });
  }
}
