// Refresh tokens: opaque to clients, kept only as hashes. They follow from a secret of the vault and the session's own
// salt, so that every process can make a session's present token again, and nothing that is stored can.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isUuid } from '#libs/kernel';

const FORM = /^r1\.([0-9a-f-]{36})\.(\d{1,9})\.([\w-]{43})$/;

/** What a text of the right form claims to be; `isOurs` tells whether it is. */
export interface ShownToken {
  readonly text: string;
  readonly sessionId: string;
  readonly generation: number;
}

/** Of a session, what its tokens follow from. */
interface TokenRoot {
  readonly sessionId: string;
  readonly salt: string;
}

export class RefreshTokens {
  readonly #secret: Uint8Array;

  /** @param secret 32 bytes for this purpose only: `vault.deriveSecret('refresh tokens')` */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  newSalt(): string {
    return randomBytes(16).toString('base64url');
  }

  /** The token after so many refreshes: 256 bits that cannot be guessed, behind the name of their session. */
  of({ sessionId, salt }: TokenRoot, generation: number): string {
    const claim = `${sessionId}.${String(generation)}`;
    return `r1.${claim}.${createHmac('sha256', this.#secret).update(`${claim}.${salt}`).digest('base64url')}`;
  }

  hash(token: string): string {
    return createHash('sha256').update(token).digest('base64url');
  }

  /** Undefined for what is no refresh token by its form. */
  read(text: string): ShownToken | undefined {
    const [, sessionId = '', generation = ''] = FORM.exec(text) ?? [];
    return isUuid(sessionId) ? { text, sessionId, generation: Number(generation) } : undefined;
  }

  /** Whether it was once given out: garbage under the name of a session must not end the session. */
  isOurs({ text, generation }: ShownToken, root: TokenRoot): boolean {
    const [shown, made] = [Buffer.from(text), Buffer.from(this.of(root, generation))];
    return shown.length === made.length && timingSafeEqual(shown, made);
  }
}
