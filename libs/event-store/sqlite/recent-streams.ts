// The last revision of streams written lately, so that an append need not look it up. Bounded: the stream that was not
// used for longest makes room. What is not here is found in the database.

export interface KnownStream {
  /** The stream's number in the `streams` table. */
  readonly key: number;
  readonly revision: number;
}

export class RecentStreams {
  readonly #most: number;
  readonly #streams = new Map<string, KnownStream>();

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): KnownStream | undefined {
    return this.#streams.get(name);
  }

  set(name: string, stream: KnownStream): void {
    // Deleting first moves the entry to the end: a Map remembers the order of insertion.
    if (!this.#streams.delete(name) && this.#streams.size >= this.#most) this.#dropOldest();
    this.#streams.set(name, stream);
  }

  /** To be called whenever a transaction was rolled back or somebody else wrote: nothing here is certain any more. */
  clear(): void {
    this.#streams.clear();
  }

  #dropOldest(): void {
    for (const name of this.#streams.keys()) {
      this.#streams.delete(name);
      return;
    }
  }
}
