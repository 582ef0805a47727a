// Proposed events out of both kinds of append, and the answers to them.
import type { Expected } from '../log/commit-check.ts';
import type { ProposedEvent } from '../log/stored-event.ts';
import { shared, streams } from './generated.ts';
import { bytesField, messageField, varintField } from './wire.ts';

type Proposed =
  InstanceType<typeof streams.AppendReq.ProposedMessage> | InstanceType<typeof streams.BatchAppendReq.ProposedMessage>;

/** Where an append ended up; a position is missing where nothing was written. */
export interface Written {
  readonly revision: number;
  readonly position: number | undefined;
}

export function parseProposed(message: Proposed): ProposedEvent {
  const properties = message.getMetadataMap();
  return {
    id: uuidOf(message.getId()),
    type: properties.get('type') ?? '',
    json: properties.get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function uuidOf(uuid: InstanceType<typeof shared.UUID> | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function streamNameOf(identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function appendSucceeded({ revision, position }: Written): InstanceType<typeof streams.AppendResp> {
  const success = new streams.AppendResp.Success();
  if (revision < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else {
    const at = new streams.AppendResp.Position();
    success.setPosition(at.setCommitPosition(String(position)).setPreparePosition(String(position)));
  }
  return new streams.AppendResp().setSuccess(success);
}

export function appendConflict(expected: Expected, current: number): InstanceType<typeof streams.AppendResp> {
  const conflict = new streams.AppendResp.WrongExpectedVersion();
  if (current < 0) conflict.setCurrentNoStream(new shared.Empty());
  else conflict.setCurrentRevision(String(current));
  if (typeof expected === 'number') conflict.setExpectedRevision(String(expected));
  else if (expected === 'any') conflict.setExpectedAny(new shared.Empty());
  else if (expected === 'exists') conflict.setExpectedStreamExists(new shared.Empty());
  else conflict.setExpectedNoStream(new shared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(conflict);
}

/** The answer to a batch: its correlation id, what became of it, and the stream. */
export function batchAnswer(correlation: string, stream: string, outcome: Written | Uint8Array): Uint8Array {
  return Buffer.concat([
    messageField(1, bytesField(2, correlation)),
    'revision' in outcome ? messageField(3, ...success(outcome)) : bytesField(2, outcome),
    messageField(4, bytesField(3, stream)),
  ]);
}

function success({ revision, position }: Written): Uint8Array[] {
  return [
    revision < 0 ? messageField(2) : varintField(1, revision),
    position === undefined ? messageField(4) : messageField(3, varintField(1, position), varintField(2, position)),
  ];
}
