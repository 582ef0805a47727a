// Texts as they are kept: bounded, visible, and the same bytes however they were typed.
import { InvalidInput } from './failures.ts';

export interface TextRule {
  /** Named in the failure; the text itself never is. */
  readonly field: string;
  /** Most characters (Unicode code points). */
  readonly max: number;
  /** Line breaks and tabs are allowed; default false. */
  readonly lines?: boolean;
}

const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/** Anything that is seen: not only blanks, fillers, tags, and the marks that join or mark other characters. */
const VISIBLE = /[^\s\p{Cf}\p{Cc}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;

/**
 * A text as it is kept: in NFC, with `\n` line ends, without white space around it. Half characters, control
 * characters and those that reverse the reading direction are refused, not removed.
 *
 * @throws InvalidInput naming the field, and the limit when it is too long
 */
export function cleanText(text: string, { field, max, lines = false }: TextRule): string {
  if (!text.isWellFormed()) throw new InvalidInput('The text is not well formed.', { field });
  const clean = (lines ? text.replaceAll('\r\n', '\n') : text).normalize('NFC').trim();
  if (!VISIBLE.test(clean)) throw new InvalidInput('The text is empty.', { field });
  if ((lines ? CONTROL_BUT_LINES : CONTROL).test(clean)) {
    throw new InvalidInput('The text holds control characters, or such as reverse the reading direction.', { field });
  }
  if (clean.length > max && Array.from(clean).length > max) {
    throw new InvalidInput('The text is too long.', { field, limit: max });
  }
  return clean;
}
