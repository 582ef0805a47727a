// At most so many at a time under one key; the next wait in order, and once too many wait they are turned away, so that
// nobody fills the memory by asking, nor keeps the others under that key waiting for minutes.
import { Unavailable } from '#libs/kernel';

/** Under one key, so that no client has given up by the time its turn comes. */
const MOST_WAITING = 64;

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

export class Turns {
  readonly #atOnce: number;
  readonly #lines = new Map<string, Line>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** @throws Unavailable when too many wait under the key; nothing was begun */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { running: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.running < this.#atOnce) line.running += 1;
    else await wait(line);
    try {
      return await work();
    } finally {
      this.#leave(key, line);
    }
  }

  /** The next one waiting takes over the place. */
  #leave(key: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) return next();
    line.running -= 1;
    if (line.running === 0) this.#lines.delete(key);
  }
}

function wait({ waiting }: Line): Promise<void> {
  if (waiting.length >= MOST_WAITING) throw new Unavailable('Too many attempts at once. Try again in a moment.');
  return new Promise((resolve) => waiting.push(resolve));
}
