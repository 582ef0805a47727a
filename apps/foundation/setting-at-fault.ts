// What only an operator can mend is told with the setting to look at: a sentence of a server knows its host, but not
// which of several settings led there.
import { Unavailable } from '#libs/kernel';
import { isLasting } from '#libs/platform';

const NAMES_A_SETTING = /\b[A-Z]+_[A-Z]+\b|master key/;

/** The same work, whose lasting failures name the setting. */
export function naming<T>(setting: string, work: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || !isLasting(error) || NAMES_A_SETTING.test(error.message)) throw error;
      throw new Unavailable(`${error.message} Check ${setting}.`, error.details, { cause: error });
    }
  };
}
