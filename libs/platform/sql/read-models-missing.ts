import { Unavailable } from '#libs/kernel';

/** What is read has not been made yet, or somebody has dropped it or a column of it: it is made again from the log. */
export class ReadModelsMissing extends Unavailable {
  /** @param cause which part of them is missing, for operators */
  constructor(cause?: Error) {
    super('The read models are not built yet. Try again shortly.', {}, { cause });
  }
}
