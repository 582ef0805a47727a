// What shall go wrong: faults are injected for calls to come, a number of times or until they are released. A request
// for a fault is plain data, so that it can be sent to a simulator in another process.
import type { Failure } from '../protocol/failures.ts';

export type Method =
  | 'features'
  | 'gossip'
  | 'append'
  | 'batchAppend'
  | 'readStream'
  | 'readAll'
  | 'subscribeToStream'
  | 'subscribeToAll'
  | 'delete'
  | 'tombstone'
  | 'connect';

/** Checkpoints that real servers got wrong; see the README for the versions. */
export type WrongCheckpoint = 'end-of-log' | 'maximum' | 'stuck';

export interface FaultRequest {
  readonly method: Method | readonly Method[] | 'any';
  /**
   * silence: the call is accepted and never answered. drop: its connection is cut. hold: it goes on when the fault is
   * released. end: it ends with OK, as if all were said. fail: it fails with `failure`. duplicate: an event of a
   * subscription is delivered twice. checkpoints: a filtered subscription is told `checkpoint`.
   */
  readonly behaviour: 'silence' | 'drop' | 'hold' | 'end' | 'fail' | 'duplicate' | 'checkpoints';
  /** Of calls that change something: before or after the effect. Default before. */
  readonly moment?: 'before' | 'after';
  /** Of reads and subscriptions: how many events are sent first. Default none. */
  readonly afterEvents?: number;
  /** How many calls it lets pass first; default none. */
  readonly skip?: number;
  /** How often; default until it is released. */
  readonly times?: number;
  /** Only on this node; default on all. */
  readonly node?: number;
  /** Only for streams whose name starts so. */
  readonly stream?: string;
  readonly failure?: Failure;
  readonly checkpoint?: WrongCheckpoint;
}

/** A call, or an event of a subscription, that a fault may befall. */
export interface Arrival {
  readonly method: Method;
  readonly node: number;
  readonly stream?: string | undefined;
}

export class Fault {
  readonly request: FaultRequest;
  /** Settles when the fault is released. */
  readonly released: Promise<void>;
  readonly #waiting = new Map<() => void, number>();
  #release!: () => void;
  #hits = 0;
  #skipped = 0;
  #active = true;

  constructor(request: FaultRequest) {
    this.request = request;
    this.released = new Promise((resolve) => (this.#release = resolve));
  }

  /** How often it struck. */
  get hits(): number {
    return this.#hits;
  }

  /** Ends the fault; calls that it holds go on. */
  release(): void {
    this.#active = false;
    this.#release();
  }

  /** Settles once the fault has struck so often. */
  reached(times = 1): Promise<void> {
    if (this.#hits >= times) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(resolve, times));
  }

  /** Whether it strikes; if so, it is counted. */
  strikes(arrival: Arrival): boolean {
    if (!this.#active || !this.#concerns(arrival)) return false;
    if (this.#skipped < (this.request.skip ?? 0)) {
      this.#skipped += 1;
      return false;
    }
    this.#hits += 1;
    if (this.#hits === this.request.times) this.#active = false;
    for (const [resolve, times] of this.#waiting) {
      if (this.#hits < times) continue;
      this.#waiting.delete(resolve);
      resolve();
    }
    return true;
  }

  /** Whether it may still strike. */
  get active(): boolean {
    return this.#active;
  }

  #concerns({ method, node, stream }: Arrival): boolean {
    const { method: wanted, node: onNode, stream: prefix } = this.request;
    if (
      wanted === 'any' ? method === 'connect' : !(Array.isArray(wanted) ? wanted.includes(method) : wanted === method)
    )
      return false;
    if (onNode !== undefined && onNode !== node) return false;
    return prefix === undefined || (stream?.startsWith(prefix) ?? false);
  }
}

const OF_EVENTS = new Set<FaultRequest['behaviour']>(['duplicate', 'checkpoints']);

export class Faults {
  #faults: Fault[] = [];

  /** True while nothing is to go wrong. */
  get none(): boolean {
    return this.#faults.length === 0;
  }

  /** Arranges that something goes wrong. Of several that fit, the one injected first strikes. */
  inject(request: FaultRequest): Fault {
    if (request.behaviour === 'fail' && !request.failure) throw new Error('A call fails with a failure: which one?');
    const fault = new Fault(request);
    this.#faults.push(fault);
    return fault;
  }

  releaseAll(): void {
    for (const fault of this.#faults) fault.release();
    this.#faults = [];
  }

  /** The fault that befalls a call, if any. */
  forCall(arrival: Arrival): Fault | undefined {
    return this.none ? undefined : this.#take(arrival, ({ request }) => !OF_EVENTS.has(request.behaviour));
  }

  /** The fault that befalls an event or a checkpoint of a subscription, if any. */
  forEvent(arrival: Arrival, behaviour: 'duplicate' | 'checkpoints'): Fault | undefined {
    return this.none ? undefined : this.#take(arrival, ({ request }) => request.behaviour === behaviour);
  }

  #take(arrival: Arrival, fits: (fault: Fault) => boolean): Fault | undefined {
    this.#faults = this.#faults.filter(({ active }) => active);
    return this.#faults.find((fault) => fits(fault) && fault.strikes(arrival));
  }
}
