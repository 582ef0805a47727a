import { Unavailable } from '#libs/kernel';

/** What is read has not been made yet, or somebody has dropped it: it is made again from the log. */
export class ReadModelsMissing extends Unavailable {
  constructor() {
    super('The read models are not built yet. Try again shortly.');
  }
}
