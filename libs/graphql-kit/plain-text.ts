// What people type: bounded, visible, well-formed. Input strings reach this check already in Unicode NFC.
import { registerDecorator } from 'class-validator';

export interface PlainTextRule {
  /** Most Unicode code points; what a person would call characters, roughly. */
  readonly max: number;
  /** Fewest code points once surrounding blanks are gone; default 1. */
  readonly min?: number;
  /** Allows line breaks. */
  readonly lines?: boolean;
}

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINE_BREAK = /[^\P{Cc}\n]/u;
// Overrides of the writing direction make a text read differently from what it is.
const DIRECTION_OVERRIDE = /[\u202A-\u202E\u2066-\u2069]/u;

export function isPlainText(value: unknown, { max, min = 1, lines = false }: PlainTextRule): boolean {
  if (typeof value !== 'string' || !value.isWellFormed() || value.length > max * 2) return false;
  if ((lines ? CONTROL_BUT_LINE_BREAK : CONTROL).test(value) || DIRECTION_OVERRIDE.test(value)) return false;
  return codePoints(value) <= max && codePoints(value.trim()) >= min;
}

/** Accepts a text, or every text of a list, that keeps the rule. */
export function PlainText(rule: PlainTextRule): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'plainText',
      target: target.constructor,
      propertyName: String(property),
      options: { message: describe(rule) },
      validator: {
        validate: (value: unknown) => (Array.isArray(value) ? value : [value]).every((text) => isPlainText(text, rule)),
      },
    });
  };
}

function describe({ max, min = 1, lines = false }: PlainTextRule): string {
  return `must have ${min} to ${max} characters, and no control characters${lines ? ' other than line breaks' : ''}`;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
