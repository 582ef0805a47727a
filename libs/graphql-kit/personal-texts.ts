// The one way from a sealed text to an answer: what is opened for somebody else than its own person is noted on the
// operation, and what was noted is recorded before the answer leaves.
import { parseSealed } from '#libs/event-store';
import type { ShownData } from './shown-data.ts';
import type { Viewer } from './viewer.ts';

/** There at once where the person's key is in memory; null where there is none, or the person was erased. */
export type OpenedText = string | null | Promise<string | null>;

/** What is asked of the privacy scope. */
export interface TextOpener {
  open(sealed: string, communityId: string): string | undefined | Promise<string | undefined>;
}

/** Who reads, and where it is noted: an operation's context. */
export interface Reader {
  readonly viewer: Viewer | undefined;
  readonly shown: ShownData;
}

export class PersonalTexts {
  readonly #vault: TextOpener;

  constructor(vault: TextOpener) {
    this.#vault = vault;
  }

  /**
   * Opens a text for a reader who has the right to it, which is the caller's to decide. Reading one's own data, sealed
   * for the viewer's account or volunteer, is no read of personal data and not noted.
   */
  open(reader: Reader, communityId: string, sealed: string | null): OpenedText {
    if (sealed === null) return null;
    const text = this.#vault.open(sealed, communityId);
    if (text instanceof Promise) return text.then((opened) => noted(reader, communityId, sealed, opened));
    return noted(reader, communityId, sealed, text);
  }

  /** The same as an opener, for what opens several texts. */
  for(reader: Reader): TextOpener {
    const orUndefined = (text: string | null) => text ?? undefined;
    return {
      open: (sealed, communityId) => {
        const text = this.open(reader, communityId, sealed);
        return text instanceof Promise ? text.then(orUndefined) : orUndefined(text);
      },
    };
  }

  /** Opens what is sealed for this person and nobody else: for who has just proved to be them and is no viewer yet. */
  forOwner(personId: string): TextOpener {
    return {
      open: (sealed, communityId) => {
        if (personOf(sealed) !== personId) throw new Error('A text was to be opened for another than its person');
        return this.#vault.open(sealed, communityId);
      },
    };
  }
}

function noted(
  { viewer, shown }: Reader,
  communityId: string,
  sealed: string,
  text: string | undefined,
): string | null {
  if (text === undefined) return null;
  const place = parseSealed(sealed)?.place;
  if (!place) throw new Error('A text was opened that is not sealed');
  const own = viewer && (place.person === viewer.accountId || place.person === viewer.volunteerId);
  if (!own) shown.note(communityId, place.person, place.path.slice(1));
  return text;
}

function personOf(sealed: string): string | undefined {
  return parseSealed(sealed)?.place.person;
}
