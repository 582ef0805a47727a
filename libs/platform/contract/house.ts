// Where the suite finds the databases it tests: how one is opened, opened again and thrown away.
import type { ReadDatabase } from '../sql/read-database.ts';

/** A place for one database, empty at first. */
export interface ReadDatabaseHouse {
  /** Opens it; what earlier openings wrote is there. */
  open(): Promise<ReadDatabase>;
  /** Whether a read is answered while a write is in progress, as everywhere but in a database of a single session. */
  readonly readsDuringWrites: boolean;
  discard(): Promise<void>;
}

export type OpenHouse = () => Promise<ReadDatabaseHouse>;
