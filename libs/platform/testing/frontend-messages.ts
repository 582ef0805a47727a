// Cuts what a PostgreSQL client sends into what can be answered: its greeting, and then everything up to a Sync or a
// simple query.

type Frontend =
  | { readonly kind: 'tls' }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'work'; readonly bytes: Buffer };

const TLS_REQUEST = 80877103;
const ANSWERED = new Set(['Q', 'S', 'F', 'H']);

export class FrontendMessages {
  /** The session settings the client asked for. */
  settings: (readonly [name: string, value: string])[] = [];
  #rest = Buffer.alloc(0);
  #open: Buffer[] = [];
  #greeted = false;

  *push(chunk: Buffer): Generator<Frontend> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const message = this.#next();
      if (!message) return;
      const found = this.#greeted ? this.#collect(message) : this.#greet(message);
      if (found) yield found;
    }
  }

  #next(): Buffer | undefined {
    const lengthAt = this.#greeted ? 1 : 0;
    if (this.#rest.length < lengthAt + 4) return undefined;
    const size = lengthAt + this.#rest.readInt32BE(lengthAt);
    if (this.#rest.length < size) return undefined;
    const message = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return message;
  }

  #greet(message: Buffer): Frontend {
    if (message.readInt32BE(4) === TLS_REQUEST) return { kind: 'tls' };
    this.#greeted = true;
    const texts = message.subarray(8).toString().split('\0');
    const options = texts[texts.indexOf('options') + 1] ?? '';
    this.settings = [...options.matchAll(/-c (\S+?)=(\S+)/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    return { kind: 'start' };
  }

  #collect(message: Buffer): Frontend | undefined {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'X') return { kind: 'end' };
    this.#open.push(message);
    if (!ANSWERED.has(type)) return undefined;
    const bytes = Buffer.concat(this.#open);
    this.#open = [];
    return { kind: 'work', bytes };
  }
}
