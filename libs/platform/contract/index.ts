// What every dialect of the read models' database promises, as a suite that each of them runs.
import { describe } from '@jest/globals';
import type { OpenHouse } from './house.ts';
import { rowsContract } from './rows-contract.ts';
import { transactionsContract } from './transactions-contract.ts';

export function readDatabaseContract(name: string, openHouse: OpenHouse): void {
  describe(`the read database (${name})`, () => {
    rowsContract(openHouse);
    transactionsContract(openHouse);
  });
}
