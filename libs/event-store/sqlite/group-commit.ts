// Many callers, one durable commit: what arrives while the event loop is busy is committed together in its next turn,
// so the cost of a disk flush is shared. Nobody is answered before the commit has returned.

/** What became of one item: a batch may succeed although single items of it were refused. */
export type Outcome<Result> = { readonly value: Result } | { readonly error: unknown };

export interface GroupCommitOptions {
  /** Most items in one commit; default 512. */
  readonly most?: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: Result) => void;
  readonly reject: (error: unknown) => void;
}

export class GroupCommit<Item, Result> {
  readonly #commit: (items: readonly Item[]) => readonly Outcome<Result>[];
  readonly #most: number;
  #queue: Waiting<Item, Result>[] = [];
  #scheduled = false;

  /**
   * @param commit makes the items durable before it returns, one outcome per item in the same order; when it throws,
   *   none of them may have happened and every caller of the batch gets that error
   */
  constructor(commit: (items: readonly Item[]) => readonly Outcome<Result>[], options: GroupCommitOptions = {}) {
    this.#commit = commit;
    this.#most = options.most ?? 512;
  }

  /**
   * Resolves once the item is durable. Items are committed in the order they were submitted.
   *
   * @param signal drops the item if it aborts before its batch begins, and has no effect afterwards
   */
  submit(item: Item, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, signal, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits everything submitted so far before it returns. */
  flush(): void {
    while (this.#queue.length > 0) this.#commitBatch();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length === 0) return;
      this.#commitBatch();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const taken = this.#queue.length <= this.#most ? this.#queue : this.#queue.slice(0, this.#most);
    this.#queue = this.#queue.slice(taken.length);
    const batch = taken.filter(({ signal, reject }) => {
      if (signal?.aborted !== true) return true;
      reject(signal.reason);
      return false;
    });
    if (batch.length === 0) return;
    try {
      const outcomes = this.#commit(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome && 'value' in outcome) resolve(outcome.value);
        else reject(outcome?.error ?? new Error('The commit gave no outcome for an item.'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
