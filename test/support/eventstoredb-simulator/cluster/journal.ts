// What the simulator received: calls by method, how each ended, how much readers asked for at once, and what is still
// open. Tests hold against it that reads are bounded and cancelled.
import type { Method } from './faults.ts';

export type Ending = 'answered' | 'failed' | 'cancelled';

export interface MethodFigures {
  received: number;
  answered: number;
  failed: number;
  /** Ended by the caller, or with its connection. */
  cancelled: number;
  open: number;
  /** The largest count a read asked for; 0 for what is not a read. */
  largestLimit: number;
  /** Events that were sent. */
  events: number;
}

/** One call, until it ends. */
export interface JournalEntry {
  sent(): void;
  end(ending: Ending): void;
}

export class Journal {
  readonly #figures = new Map<Method, MethodFigures>();
  readonly #waiting = new Set<() => void>();

  /** A copy of the figures of one method. */
  of(method: Method): Readonly<MethodFigures> {
    return { ...this.#of(method) };
  }

  /** A copy of all figures, as plain data. */
  figures(): Partial<Record<Method, MethodFigures>> {
    return Object.fromEntries([...this.#figures].map(([method, figures]) => [method, { ...figures }]));
  }

  /** Settles once the journal says so. */
  until(condition: (journal: Journal) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  clear(): void {
    for (const [method, { open }] of this.#figures) this.#figures.set(method, { ...none(), open });
  }

  begin(method: Method, limit = 0): JournalEntry {
    const figures = () => this.#of(method);
    figures().received += 1;
    figures().open += 1;
    figures().largestLimit = Math.max(figures().largestLimit, limit);
    this.#changed();
    let ended = false;
    return {
      sent: () => {
        figures().events += 1;
        this.#changed();
      },
      end: (ending) => {
        if (ended) return;
        ended = true;
        figures().open -= 1;
        figures()[ending] += 1;
        this.#changed();
      },
    };
  }

  #of(method: Method): MethodFigures {
    let figures = this.#figures.get(method);
    if (!figures) this.#figures.set(method, (figures = none()));
    return figures;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}

function none(): MethodFigures {
  return { received: 0, answered: 0, failed: 0, cancelled: 0, open: 0, largestLimit: 0, events: 0 };
}
