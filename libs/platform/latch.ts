/** Remembers that there is something to do while nobody waits for it. One waiter at a time. */
export class Latch {
  #set = false;
  #release: (() => void) | undefined;

  open(): void {
    this.#set = true;
    this.#release?.();
  }

  /** Resolves at once when it was opened since the last wait, otherwise when it is opened. */
  async wait(): Promise<void> {
    if (!this.#set) await new Promise<void>((resolve) => (this.#release = resolve));
    this.#release = undefined;
    this.#set = false;
  }
}
