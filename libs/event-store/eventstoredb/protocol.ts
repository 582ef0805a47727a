// The client's generated messages and services under one name each, and its log channels switched off: they would print
// certificates' keys, and every event of a request, to whoever sets DEBUG.
import clientDebug from '@eventstore/db-client/dist/utils/debug.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import streamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';

for (const channel of Object.values(clientDebug.debug)) channel.enabled = false;

export const { BatchAppendReq, ReadReq } = streamsMessages;
export const { Empty, StreamIdentifier, UUID, WrongExpectedVersion, MaximumAppendSizeExceeded } = sharedMessages;
export const { StreamsClient } = streamsServices;

export type StreamsClient = InstanceType<typeof streamsServices.StreamsClient>;
export type BatchAppendReq = InstanceType<typeof streamsMessages.BatchAppendReq>;
export type BatchAppendResp = InstanceType<typeof streamsMessages.BatchAppendResp>;
export type ReadReq = InstanceType<typeof streamsMessages.ReadReq>;
export type ReadResp = InstanceType<typeof streamsMessages.ReadResp>;
export type ReadEvent = InstanceType<typeof streamsMessages.ReadResp.ReadEvent>;
export type BatchCall = ReturnType<StreamsClient['batchAppend']>;
export type ReadCall = ReturnType<StreamsClient['read']>;

type Uuid = InstanceType<typeof sharedMessages.UUID>;

export function uuidMessage(id: string): Uuid {
  return new UUID().setString(id);
}

/** The server answers with two halves where it was given a text. */
export function uuidText(uuid: Uuid | undefined): string {
  const halves = uuid?.getStructured();
  if (!halves) return uuid?.getString() ?? '';
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function streamIdentifier(name: string) {
  return new StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(name, 'utf8')));
}
