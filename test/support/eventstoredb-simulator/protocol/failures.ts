// The server's errors: status, sentence and trailers of a failed call, and the status packed into the body of an answer
// to a batch.
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type { Expected } from '../log/commit-check.ts';
import { bytesField, messageField, varintField } from './wire.ts';

/** How a call fails. */
export interface Failure {
  readonly code: status;
  readonly details: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export const failures = {
  notReady: (): Failure => ({ code: status.UNAVAILABLE, details: 'Server Is Not Ready' }),
  /** What a server that shuts down tells those who subscribe. */
  cancelled: (): Failure => ({ code: status.CANCELLED, details: 'The server is shutting down.' }),
  tooBusy: (): Failure => ({ code: status.UNAVAILABLE, details: 'Server Is Too Busy' }),
  timeout: (operation = 'Commit timeout'): Failure => ({
    code: status.ABORTED,
    details: `Operation timed out: ${operation}`,
  }),
  unauthenticated: (): Failure => ({
    code: status.UNAUTHENTICATED,
    details: 'Bad gRPC response. HTTP status code: 401',
  }),
  unknown: (): Failure => ({ code: status.UNKNOWN, details: 'Exception was thrown by handler.' }),
  invalidPosition: (): Failure => ({ code: status.INVALID_ARGUMENT, details: 'Invalid position.' }),
  invalidArgument: (details: string): Failure => ({ code: status.INVALID_ARGUMENT, details }),
  accessDenied: (): Failure => exception(status.PERMISSION_DENIED, 'Access Denied', 'access-denied'),
  notLeader: (leader: Endpoint): Failure =>
    exception(status.NOT_FOUND, 'Leader info available', 'not-leader', {
      'leader-endpoint-host': leader.address,
      'leader-endpoint-port': String(leader.port),
    }),
  streamDeleted: (stream: string): Failure =>
    exception(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, 'stream-deleted', {
      'stream-name': stream,
    }),
  wrongExpectedVersion: (operation: string, stream: string, expected: Expected, current: number): Failure =>
    exception(
      status.FAILED_PRECONDITION,
      `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expectedNumber(expected)}, Actual version: ${current}`,
      'wrong-expected-version',
      {
        'stream-name': stream,
        'expected-version': String(expectedNumber(expected)),
        'actual-version': String(current),
      },
    ),
  maximumAppendSizeExceeded: (bytes: number): Failure =>
    exception(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytes} Exceeded.`, 'maximum-append-size-exceeded', {
      'maximum-append-size': String(bytes),
    }),
} as const;

function exception(code: status, details: string, name: string, trailers: Record<string, string> = {}): Failure {
  return { code, details, trailers: { exception: name, ...trailers } };
}

export function toStatus(failure: Failure): Pick<StatusObject, 'code' | 'details' | 'metadata'> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(failure.trailers ?? {})) metadata.set(name, value);
  return { code: failure.code, details: failure.details, metadata };
}

/** The numbers by which the server knows expectations. */
function expectedNumber(expected: Expected): number {
  return typeof expected === 'number' ? expected : { 'no-stream': -1, any: -2, exists: -4 }[expected];
}

/** A google.rpc.Status, as it comes in the body of an answer to a batch. */
export const packedStatus = {
  wrongExpectedVersion: (expected: Expected, current: number): Uint8Array =>
    packed(6, 'WrongExpectedVersion', [
      current < 0 ? messageField(2) : varintField(1, current),
      typeof expected === 'number'
        ? varintField(3, expected)
        : messageField({ any: 4, exists: 5, 'no-stream': 6 }[expected]),
    ]),
  streamDeleted: (stream: string): Uint8Array => packed(5, 'StreamDeleted', [messageField(1, bytesField(3, stream))]),
  accessDenied: (): Uint8Array => packed(7, 'AccessDenied', []),
  timeout: (): Uint8Array => packed(4, 'Timeout', []),
  unknown: (): Uint8Array => packed(2, 'Unknown', []),
  badRequest: (message: string): Uint8Array => packed(3, 'BadRequest', [bytesField(1, message)]),
  maximumAppendSizeExceeded: (bytes: number): Uint8Array =>
    packed(3, 'MaximumAppendSizeExceeded', [varintField(1, bytes)]),
  /** A node that cannot take the batch says so in the message alone, without a code. */
  notHandled: (message: string): Uint8Array =>
    Buffer.concat([
      bytesField(2, message),
      messageField(3, bytesField(1, 'type.googleapis.com/google.protobuf.Empty')),
    ]),
} as const;

function packed(code: number, name: string, fields: Uint8Array[]): Uint8Array {
  return Buffer.concat([
    varintField(1, code),
    bytesField(2, name),
    messageField(3, bytesField(1, `type.googleapis.com/event_store.client.${name}`), messageField(2, ...fields)),
  ]);
}
