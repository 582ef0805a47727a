// A set of UUIDs in 16 bytes each: a log has more events than a Set holds members or a process has memory for texts.

const WORDS = 4;
const FIRST_CAPACITY = 1 << 12;

export class IdSet {
  #table = new Uint32Array(FIRST_CAPACITY * WORDS);
  #capacity = FIRST_CAPACITY;
  #size = 0;

  /** False when it was there already. @param id a UUID in lower case */
  add(id: string): boolean {
    const words = wordsOf(id);
    if (!this.#insert(words)) return false;
    this.#size += 1;
    if (this.#size * 2 > this.#capacity) this.#grow();
    return true;
  }

  /** False when they are there. */
  #insert(words: ArrayLike<number>): boolean {
    const table = this.#table;
    for (let slot = hashOf(words) & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      const at = slot * WORDS;
      if (isEmpty(table, at)) {
        table.set(words, at);
        return true;
      }
      if (
        table[at] === words[0] &&
        table[at + 1] === words[1] &&
        table[at + 2] === words[2] &&
        table[at + 3] === words[3]
      )
        return false;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#capacity *= 2;
    this.#table = new Uint32Array(this.#capacity * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (!isEmpty(old, at)) this.#insert(old.subarray(at, at + WORDS));
    }
  }
}

/** The second word of an id holds its version, which is never 0. */
function isEmpty(table: Uint32Array, at: number): boolean {
  return table[at + 1] === 0;
}

function wordsOf(id: string): number[] {
  const digits = id.replaceAll('-', '');
  return [0, 8, 16, 24].map((from) => Number.parseInt(digits.slice(from, from + 8), 16));
}

/** Ids may be made in order of time or from a hash: every word takes part. */
function hashOf(words: ArrayLike<number>): number {
  let hash = 0;
  for (let index = 0; index < WORDS; index += 1)
    hash = Math.imul(hash ^ (words[index] ?? 0), 0x9e37_79b1) ^ (hash >>> 15);
  return (hash ^ (hash >>> 16)) >>> 0;
}
