// Streams.Delete and Streams.Tombstone: a conflict is an error with trailers.
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { Outcome } from '../cluster/writer.ts';
import type { Expected } from '../log/commit-check.ts';
import { streamNameOf } from '../protocol/append-messages.ts';
import { failures, type Failure, toStatus } from '../protocol/failures.ts';
import { streams } from '../protocol/generated.ts';
import { carryOut } from './exchange.ts';
import type { NodeContext } from './node-context.ts';

type DeleteReq = InstanceType<typeof streams.DeleteReq>;
type DeleteResp = InstanceType<typeof streams.DeleteResp>;
type TombstoneReq = InstanceType<typeof streams.TombstoneReq>;
type TombstoneResp = InstanceType<typeof streams.TombstoneResp>;

export function deleteService(node: NodeContext) {
  return (call: ServerUnaryCall<DeleteReq, DeleteResp>, callback: sendUnaryData<DeleteResp>): void => {
    deleteStream(node, call, 'delete', callback, (position) => {
      const at = new streams.DeleteResp.Position();
      at.setCommitPosition(position).setPreparePosition(position);
      return new streams.DeleteResp().setPosition(at);
    });
  };
}

export function tombstoneService(node: NodeContext) {
  return (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, callback: sendUnaryData<TombstoneResp>): void => {
    deleteStream(node, call, 'tombstone', callback, (position) => {
      const at = new streams.TombstoneResp.Position();
      at.setCommitPosition(position).setPreparePosition(position);
      return new streams.TombstoneResp().setPosition(at);
    });
  };
}

function deleteStream<Request extends DeleteReq | TombstoneReq, Response>(
  node: NodeContext,
  call: ServerUnaryCall<Request, Response>,
  method: 'delete' | 'tombstone',
  callback: sendUnaryData<Response>,
  answer: (position: string) => Response,
): void {
  const options = call.request.getOptions();
  const stream = streamNameOf(options?.getStreamIdentifier());
  const expected = expectedOf(options);
  const entry = node.journal.begin(method);
  call.on('cancelled', () => entry.end('cancelled'));
  const fail = (failure: Failure) => callback(toStatus(failure));
  const end = () => fail(failures.unknown());
  const exchange = { entry, fail, end, drop: () => node.drop(call.getPeer()) };
  const fault = node.faults.forCall({ method, node: node.index, stream });
  const refused = refusal(node, call.metadata, stream);
  if (refused) return carryOut(fault, exchange, () => refused, fail);
  const effect = () => node.writer.delete(stream, expected, method === 'tombstone');
  carryOut(fault, exchange, effect, (outcome) => {
    if (outcome.kind === 'written') callback(null, answer(String(outcome.position)));
    else fail(failureOf(outcome, stream, expected));
  });
}

function refusal(
  node: NodeContext,
  headers: ServerUnaryCall<unknown, unknown>['metadata'],
  stream: string,
): Failure | undefined {
  const caller = node.access.authenticate(headers);
  if (!caller) return failures.unauthenticated();
  if (!node.access.permits(caller, stream)) return failures.accessDenied();
  return node.refusal('write', headers);
}

function failureOf(outcome: Exclude<Outcome, { kind: 'written' }>, stream: string, expected: Expected): Failure {
  switch (outcome.kind) {
    case 'wrong-version':
      return failures.wrongExpectedVersion('Delete', stream, expected, outcome.current);
    case 'deleted':
      return failures.streamDeleted(stream);
    case 'timeout':
      return failures.timeout();
  }
}

function expectedOf(options: ReturnType<(DeleteReq | TombstoneReq)['getOptions']>): Expected {
  if (options?.hasRevision()) return Number(options.getRevision());
  if (options?.hasNoStream()) return 'no-stream';
  return options?.hasStreamExists() ? 'exists' : 'any';
}
