// Authenticated encryption as one string of bytes: `key version ‖ IV ‖ tag ‖ ciphertext`, AES-256-GCM with a random
// 96-bit IV. A box opens only with its key and the very additional data it was made with.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES;

export const KEY_BYTES = 32;

/** A key and its version; the version is written into every box, so that keys can be replaced one day. */
export interface VersionedKey {
  /** 1 to 255. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

export function closeBox(key: VersionedKey, additionalData: string, content: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, iv, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(additionalData),
  );
  const ciphertext = [cipher.update(content), cipher.final()];
  return Buffer.concat([Buffer.of(key.version), iv, cipher.getAuthTag(), ...ciphertext]);
}

/** The content, or undefined when key or additional data are not the ones it was closed with, or a bit was changed. */
export function openBox(key: VersionedKey, additionalData: string, box: Uint8Array): Buffer | undefined {
  if (box.length < HEADER_BYTES || box[0] !== key.version) return undefined;
  const decipher = createDecipheriv(CIPHER, key.bytes, box.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(additionalData))
    .setAuthTag(box.subarray(1 + IV_BYTES, HEADER_BYTES));
  const content = decipher.update(box.subarray(HEADER_BYTES));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    return undefined;
  }
}
