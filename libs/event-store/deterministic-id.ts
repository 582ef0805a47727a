import { createHash } from 'node:crypto';

/**
 * A UUID (RFC 9562 version 8 layout over SHA-256) that depends only on its parts, so that the same command always
 * offers the same event ids and a retry after an unknown outcome cannot append twice.
 */
export function deterministicId(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
