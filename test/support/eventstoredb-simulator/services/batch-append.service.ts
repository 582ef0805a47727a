// Streams.BatchAppend: many appends over one stream of requests. A batch comes in fragments until one is final; each is
// answered by its correlation id, a conflict packed into the body.
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../cluster/access.ts';
import type { Outcome } from '../cluster/writer.ts';
import type { Expected } from '../log/commit-check.ts';
import { payloadSize, type ProposedEvent } from '../log/stored-event.ts';
import { batchAnswer, parseProposed, streamNameOf, uuidOf, type Written } from '../protocol/append-messages.ts';
import { failures, type Failure, packedStatus, toStatus } from '../protocol/failures.ts';
import type { streams } from '../protocol/generated.ts';
import { carryOut } from './exchange.ts';
import type { NodeContext } from './node-context.ts';

type BatchAppendReq = InstanceType<typeof streams.BatchAppendReq>;
type Options = InstanceType<typeof streams.BatchAppendReq.Options>;
type Call = ServerDuplexStream<BatchAppendReq, Uint8Array>;

interface PendingBatch {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
  /** How long the caller gives the server, when the batch was opened. */
  readonly left: number;
  size: number;
  expiry?: NodeJS.Timeout;
}

export function batchAppendService(node: NodeContext) {
  return (call: Call): void => {
    const caller = node.access.authenticate(call.metadata);
    if (caller) new BatchStream(node, call, caller);
    else call.emit('error', toStatus(failures.unauthenticated()));
  };
}

/** One stream of batches, for as long as it is open. */
class BatchStream {
  readonly #node: NodeContext;
  readonly #call: Call;
  readonly #caller: Caller;
  readonly #pending = new Map<string, PendingBatch>();
  readonly #unanswered = new Set<() => void>();
  #callerIsDone = false;
  #over = false;

  constructor(node: NodeContext, call: Call, caller: Caller) {
    this.#node = node;
    this.#call = call;
    this.#caller = caller;
    call.on('data', (request: BatchAppendReq) => this.#receive(request));
    call.on('end', () => {
      this.#callerIsDone = true;
      if (this.#unanswered.size === 0) this.#finish(() => call.end());
    });
    call.on('cancelled', () => this.#finish(() => undefined));
    call.on('error', () => this.#finish(() => undefined));
  }

  #receive(request: BatchAppendReq): void {
    const correlation = uuidOf(request.getCorrelationId());
    const options = request.getOptions();
    if (options && !this.#open(correlation, options)) return;
    const batch = this.#pending.get(correlation);
    if (!batch) return;
    for (const message of request.getProposedMessagesList()) {
      const event = parseProposed(message);
      batch.events.push(event);
      batch.size += payloadSize(event);
    }
    const limit = this.#node.maximumAppendSize;
    if (batch.size > limit) this.#refuse(correlation, batch.stream, packedStatus.maximumAppendSizeExceeded(limit));
    else if (request.getIsFinal()) this.#append(correlation, batch);
    else batch.expiry ??= this.#expireLater(correlation, batch);
  }

  #expireLater(correlation: string, { stream, left }: PendingBatch): NodeJS.Timeout {
    const expire = () => this.#refuse(correlation, stream, packedStatus.timeout());
    return setTimeout(expire, Math.min(left, WRITE_TIMEOUT_MS)).unref();
  }

  /** False when the batch is refused right away. */
  #open(correlation: string, options: Options): boolean {
    const stream = streamNameOf(options.getStreamIdentifier());
    const left = millisecondsLeft(options);
    const status = !this.#node.access.permits(this.#caller, stream)
      ? packedStatus.accessDenied()
      : left <= 0
        ? packedStatus.timeout()
        : undefined;
    if (status) this.#refuse(correlation, stream, status);
    else if (!this.#pending.has(correlation)) {
      this.#pending.set(correlation, { stream, expected: expectedOf(options), events: [], size: 0, left });
    }
    return status === undefined;
  }

  #append(correlation: string, batch: PendingBatch): void {
    const { stream, expected, events } = batch;
    this.#forget(correlation);
    const entry = this.#node.journal.begin('batchAppend');
    const cancelled = () => entry.end('cancelled');
    this.#unanswered.add(cancelled);
    const fail = (failure: Failure) => this.#finish(() => this.#call.emit('error', toStatus(failure)));
    const end = () => this.#finish(() => this.#call.end());
    const exchange = { entry, fail, end, drop: () => this.#node.drop(this.#call.getPeer()) };
    const fault = this.#node.faults.forCall({ method: 'batchAppend', node: this.#node.index, stream });
    const refused = this.#node.refusal('write', this.#call.metadata);
    const settled = (outcome: Written | Uint8Array) => {
      this.#unanswered.delete(cancelled);
      this.#answer(correlation, stream, outcome);
    };
    if (refused?.trailers) carryOut(fault, exchange, () => refused, fail);
    else if (refused) carryOut(fault, exchange, () => packedStatus.notHandled(refused.details), settled);
    else {
      const effect = () => this.#node.writer.append(stream, expected, events);
      carryOut(fault, exchange, effect, (outcome) => settled(packed(outcome, expected, stream)));
    }
  }

  #refuse(correlation: string, stream: string, status: Uint8Array): void {
    this.#forget(correlation);
    this.#node.journal.begin('batchAppend').end('failed');
    this.#answer(correlation, stream, status);
  }

  #forget(correlation: string): void {
    clearTimeout(this.#pending.get(correlation)?.expiry);
    this.#pending.delete(correlation);
  }

  #answer(correlation: string, stream: string, outcome: Written | Uint8Array): void {
    if (this.#over) return;
    this.#call.write(batchAnswer(correlation, stream, outcome));
    if (this.#callerIsDone && this.#unanswered.size === 0) this.#finish(() => this.#call.end());
  }

  #finish(close: () => void): void {
    if (this.#over) return;
    this.#over = true;
    for (const correlation of this.#pending.keys()) this.#forget(correlation);
    close();
    for (const cancelled of this.#unanswered) cancelled();
    this.#unanswered.clear();
  }
}

/** The longest the server waits for the rest of a batch, whatever its caller says. */
const WRITE_TIMEOUT_MS = 2_000;

function packed(outcome: Outcome, expected: Expected, stream: string): Written | Uint8Array {
  switch (outcome.kind) {
    case 'written':
      return outcome;
    case 'wrong-version':
      return packedStatus.wrongExpectedVersion(expected, outcome.current);
    case 'deleted':
      return packedStatus.streamDeleted(stream);
    case 'timeout':
      return packedStatus.timeout();
  }
}

function millisecondsLeft(options: Options): number {
  const deadline = options.getDeadline();
  return deadline ? deadline.toDate().getTime() - Date.now() : Number.POSITIVE_INFINITY;
}

function expectedOf(options: Options): Expected {
  if (options.hasStreamPosition()) return Number(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'exists' : 'any';
}
