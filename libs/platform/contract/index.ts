// What every dialect of the read models' database promises, as a suite that each of them runs.
import { describe } from '@jest/globals';
import type { ReadDatabase } from '../sql/read-database.ts';
import { rowsContract } from './rows-contract.ts';
import { transactionsContract } from './transactions-contract.ts';

/** A place for one database, empty at first. */
export interface ReadDatabaseHouse {
  /** Opens it; what earlier openings wrote is there. */
  open(): Promise<ReadDatabase>;
  /** Whether a read is answered while a write is in progress, as everywhere but in a database of a single session. */
  readonly readsDuringWrites: boolean;
  discard(): Promise<void>;
}

export type OpenHouse = () => Promise<ReadDatabaseHouse>;

export function readDatabaseContract(name: string, openHouse: OpenHouse): void {
  describe(`the read database (${name})`, () => {
    rowsContract(openHouse);
    transactionsContract(openHouse);
  });
}
