// One call of BatchAppend, over which any number of appends are on their way at once. Its table of those is its own: what
// happens to another call, or an answer that comes too late, touches none of them. Every append is settled, whatever
// the server does.
import type { BatchAppendReq, BatchAppendResp, BatchCall } from './protocol.ts';
import { uuidText } from './protocol.ts';
import { Unanswered } from './call-failure.ts';

interface Pending {
  readonly answered: (answer: BatchAppendResp) => void;
  readonly failed: (error: Error) => void;
}

export class BatchStream {
  readonly #call: BatchCall;
  readonly #pending = new Map<string, Pending>();
  #ended = false;
  #retired = false;

  constructor(call: BatchCall) {
    this.#call = call;
    call.on('data', (answer: BatchAppendResp) => this.#answered(answer));
    call.on('error', (error: Error) => this.#end(error));
    // A server that stops in good order ends the call without an error, and without the answers that are due.
    call.on('end', () => this.#end(new Unanswered('The server ended the call.')));
  }

  /** False when new appends must go over another one. */
  get open(): boolean {
    return !this.#ended && !this.#retired;
  }

  /**
   * @param messages one append under this correlation id, in one or several messages
   * @throws Unanswered after `limitMs`; the error of the call when it broke
   */
  send(correlation: string, messages: readonly BatchAppendReq[], limitMs: number): Promise<BatchAppendResp> {
    // Nothing would settle it any more.
    if (!this.open) return Promise.reject(new Unanswered('The call has ended.'));
    return new Promise<BatchAppendResp>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(correlation)?.failed(new Unanswered('The server did not answer the append.'));
        // One that has fallen silent is not trusted with more.
        this.retire();
      }, limitMs);
      this.#pending.set(correlation, {
        answered: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        failed: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      for (const message of messages) this.#call.write(message);
    });
  }

  /** Takes no new appends and ends once those on their way are settled. */
  retire(): void {
    this.#retired = true;
    if (this.#pending.size === 0) this.#call.cancel();
  }

  #answered(answer: BatchAppendResp): void {
    this.#settle(uuidText(answer.getCorrelationId()))?.answered(answer);
  }

  #settle(correlation: string): Pending | undefined {
    const pending = this.#pending.get(correlation);
    this.#pending.delete(correlation);
    if (this.#retired && this.#pending.size === 0) this.#call.cancel();
    return pending;
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    // A call counts as finished only once both sides have ended it, and the client waits for that when it closes.
    this.#call.end();
    for (const { failed } of this.#pending.values()) failed(error);
    this.#pending.clear();
  }
}
