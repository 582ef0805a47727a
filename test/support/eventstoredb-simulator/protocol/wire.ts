// The protobuf encoding of what the simulator sends most: recorded events and answers to batches. The generated classes
// would do the same several times slower.

const MAX_UINT64 = 18_446_744_073_709_551_615n;

/** What the server sends for a position or a revision it does not have. */
export const NONE = MAX_UINT64;

/** A field of type uint64, enum or bool. */
export function varintField(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

/** A field of type string, bytes or message. */
export function bytesField(field: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.byteLength), bytes]);
}

/** A field that is a message made of these fields. */
export function messageField(field: number, ...fields: readonly Uint8Array[]): Buffer {
  return bytesField(field, Buffer.concat(fields));
}

function varint(value: number | bigint): Buffer {
  if (typeof value === 'number' && value < 0x80) return ONE_BYTE[value]!;
  const bytes: number[] = [];
  let rest = typeof value === 'number' && value > 0x7fffffff ? BigInt(value) : value;
  if (typeof rest === 'bigint') {
    for (; rest > 0x7fffffffn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    rest = Number(rest);
  }
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

const ONE_BYTE = Array.from({ length: 0x80 }, (_, value) => Buffer.from([value]));
