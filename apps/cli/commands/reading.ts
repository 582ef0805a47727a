// Personal data the operator is shown or handed is recorded as the system's reading, as it is for everybody else.
import type { TextOpener } from '#libs/graphql-kit';
import { ShownData } from '#libs/graphql-kit';
import type { Workplace } from './workplace.ts';

export interface Reading {
  readonly texts: TextOpener;
  /**
   * Records what was opened; before it is shown.
   *
   * @throws Unavailable when it cannot be recorded
   */
  readonly written: () => Promise<void>;
}

/** @param command as it is recorded, such as `export ledger` */
export function reading({ services }: Workplace, command: string): Reading {
  const shown = new ShownData();
  return {
    texts: services.texts.for({ viewer: undefined, shown }),
    written: () => services.reads.write({ operation: 'command', through: [command], viewers: [], shown }),
  };
}
