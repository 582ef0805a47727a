// What is refused before GraphQL hears of it, and how a body is read: as JSON in UTF-8, or not at all.

/** Answered with its status and sentence. */
export class WrongRequest extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Broken text is refused, not mended: it would be kept as something nobody wrote. A byte order mark is no JSON either. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws WrongRequest for anything but a JSON text in UTF-8 */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    throw new WrongRequest(400, 'The body is not JSON.');
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/** True without a charset too: JSON has but one. */
export function isTextUtf8(contentType: string): boolean {
  const [, charset] = CHARSET.exec(contentType) ?? [];
  return charset === undefined || charset.toLowerCase() === 'utf-8';
}
