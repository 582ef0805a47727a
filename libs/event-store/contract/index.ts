// The contract every event store adapter must pass; its tests are numbered as in the port's README.
import { afterEach, beforeEach, describe } from '@jest/globals';
import { appendContract } from './append-contract.ts';
import { concurrencyContract } from './concurrency-contract.ts';
import { readContract } from './read-contract.ts';
import type { OpenStore, StoreUnderTest } from './samples.ts';

export type { OpenStore, StoreUnderTest } from './samples.ts';
export { idsOf, newEvent, newEvents, newStream, readLog } from './samples.ts';

/** Registers the suite with Jest; `open` is called before each test. */
export function eventStoreContract(name: string, open: OpenStore): void {
  describe(`${name} keeps the event store's contract`, () => {
    let opened: StoreUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.discard());

    appendContract(() => opened.store);
    readContract(() => opened.store);
    concurrencyContract(() => opened);
  });
}
