// Streams.Append: one append a call, a conflict in the body.
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { Outcome } from '../cluster/writer.ts';
import type { Expected } from '../log/commit-check.ts';
import { payloadSize, type ProposedEvent } from '../log/stored-event.ts';
import { appendConflict, appendSucceeded, parseProposed, streamNameOf } from '../protocol/append-messages.ts';
import { failures, type Failure, toStatus } from '../protocol/failures.ts';
import type { streams } from '../protocol/generated.ts';
import { carryOut } from './exchange.ts';
import type { NodeContext } from './node-context.ts';

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;
type Options = InstanceType<typeof streams.AppendReq.Options>;

export function appendService(node: NodeContext) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
    const entry = node.journal.begin('append');
    let options: Options | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const proposed = request.getProposedMessage();
      if (proposed) events.push(parseProposed(proposed));
    });
    call.on('cancelled', () => entry.end('cancelled'));
    call.on('end', () => {
      const stream = streamNameOf(options?.getStreamIdentifier());
      const fail = (failure: Failure) => callback(toStatus(failure));
      const end = () => callback(toStatus(failures.unknown()));
      const exchange = { entry, fail, end, drop: () => node.drop(call.getPeer()) };
      const fault = node.faults.forCall({ method: 'append', node: node.index, stream });
      const refused = refusal(node, call, stream, events);
      if (refused) return carryOut(fault, exchange, () => refused, fail);
      const expected = expectedOf(options);
      carryOut(
        fault,
        exchange,
        () => node.writer.append(stream, expected, events),
        (outcome) => answer(outcome, expected, stream, callback),
      );
    });
  };
}

function refusal(
  node: NodeContext,
  call: ServerReadableStream<AppendReq, AppendResp>,
  stream: string,
  events: readonly ProposedEvent[],
): Failure | undefined {
  const caller = node.access.authenticate(call.metadata);
  if (!caller) return failures.unauthenticated();
  if (!node.access.permits(caller, stream)) return failures.accessDenied();
  const size = events.reduce((sum, event) => sum + payloadSize(event), 0);
  if (size > node.maximumAppendSize) return failures.maximumAppendSizeExceeded(node.maximumAppendSize);
  return node.refusal('write', call.metadata);
}

function answer(outcome: Outcome, expected: Expected, stream: string, callback: sendUnaryData<AppendResp>): void {
  switch (outcome.kind) {
    case 'written':
      return callback(null, appendSucceeded(outcome));
    case 'wrong-version':
      return callback(null, appendConflict(expected, outcome.current));
    case 'deleted':
      return callback(toStatus(failures.streamDeleted(stream)));
    case 'timeout':
      return callback(toStatus(failures.timeout()));
  }
}

function expectedOf(options: Options | undefined): Expected {
  if (options?.hasRevision()) return Number(options.getRevision());
  if (options?.hasNoStream()) return 'no-stream';
  return options?.hasStreamExists() ? 'exists' : 'any';
}
