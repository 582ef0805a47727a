// The sending end of a read: waits while the reader does not keep up, stops when it has gone, and lets faults strike
// between two events.
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Arrival, Fault } from '../cluster/faults.ts';
import type { JournalEntry } from '../cluster/journal.ts';
import type { StoredEvent } from '../log/stored-event.ts';
import { type Failure, toStatus } from '../protocol/failures.ts';
import type { streams } from '../protocol/generated.ts';
import { eventMessage } from '../protocol/read-messages.ts';
import { befall } from './exchange.ts';
import type { NodeContext } from './node-context.ts';

export type ReadCall = ServerWritableStream<InstanceType<typeof streams.ReadReq>, Uint8Array>;

/** Others get their turn after so many events. */
const TURN = 500;

export class Reader {
  readonly entry: JournalEntry;
  readonly #node: NodeContext;
  readonly #call: ReadCall;
  readonly #arrival: Arrival;
  readonly #gone: (() => void)[] = [];
  #fault: Fault | undefined;
  #faultAt = 0;
  #sent = 0;
  #open = true;

  constructor(node: NodeContext, call: ReadCall, arrival: Arrival, limit: number) {
    this.#node = node;
    this.#call = call;
    this.#arrival = arrival;
    this.entry = node.journal.begin(arrival.method, limit);
    this.#meetFault();
    call.on('cancelled', () => this.#close('cancelled'));
    call.on('error', () => this.#close('cancelled'));
  }

  get open(): boolean {
    return this.#open;
  }

  /** Lets a fault strike that is due before the first message. */
  begin(): Promise<void> | undefined {
    return this.#strike();
  }

  /** Settles when all is sent; true when the reader had to be waited for. */
  async event(event: StoredEvent): Promise<boolean> {
    if (!this.#node.faults.none || this.#fault) {
      if (!this.#fault) this.#meetFault();
      await this.#strike();
      if (this.#open && this.#node.faults.forEvent(this.#arrival, 'duplicate')) await this.message(eventMessage(event));
    }
    this.#sent += 1;
    if (this.#open) this.entry.sent();
    if (this.#sent % TURN === 0) await new Promise(setImmediate);
    return this.message(eventMessage(event));
  }

  async message(message: Uint8Array): Promise<boolean> {
    if (!this.#open || this.#call.write(message)) return false;
    await new Promise<void>((resolve) => {
      this.#call.once('drain', resolve);
      this.onGone(resolve);
    });
    return true;
  }

  finish(): void {
    if (!this.#open) return;
    this.#close('answered');
    this.#call.end();
  }

  fail(failure: Failure): void {
    if (!this.#open) return;
    this.#close('failed');
    this.#call.emit('error', toStatus(failure));
  }

  /** Calls back when nothing can be sent any more. */
  onGone(listener: () => void): void {
    if (this.#open) this.#gone.push(listener);
    else listener();
  }

  #close(ending: 'answered' | 'failed' | 'cancelled'): void {
    if (!this.#open) return;
    this.#open = false;
    this.entry.end(ending);
    for (const listener of this.#gone.splice(0)) listener();
  }

  #meetFault(): void {
    this.#fault = this.#node.faults.forCall(this.#arrival);
    this.#faultAt = this.#sent + (this.#fault?.request.afterEvents ?? 0);
  }

  /** Silence is for good: the call stays open, and nothing more is sent. */
  async #strike(): Promise<void> {
    const fault = this.#fault;
    if (!fault || this.#sent < this.#faultAt) return;
    this.#fault = undefined;
    const drop = () => this.#node.drop(this.#call.getPeer());
    const exchange = {
      entry: this.entry,
      fail: (failure: Failure) => this.fail(failure),
      end: () => this.finish(),
      drop,
    };
    const goesOn = befall(fault, exchange);
    if (await Promise.race([goesOn, this.#goneSoon()])) return;
    if (this.#open) await this.#goneSoon();
  }

  #goneSoon(): Promise<false> {
    return new Promise((resolve) => this.onGone(() => resolve(false)));
  }
}
