// What people type: bounded, visible, well-formed, by the kernel's own rule for texts that are kept.
import { registerDecorator } from 'class-validator';
import { cleanText, isKnownFailure } from '#libs/kernel';

export interface PlainTextRule {
  /** Most characters (Unicode code points), and one at least once surrounding blanks are gone. */
  readonly max: number;
  /** Allows line breaks and tabs. */
  readonly lines?: boolean;
}

export function isPlainText(value: unknown, rule: PlainTextRule): boolean {
  if (typeof value !== 'string') return false;
  try {
    cleanText(value, { field: '', ...rule });
    return true;
  } catch (error) {
    if (isKnownFailure(error)) return false;
    throw error;
  }
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

function describe({ max, lines = false }: PlainTextRule): string {
  const breaks = lines ? ' other than line breaks' : '';
  return `must have 1 to ${max} characters, not all of them invisible, and no control characters${breaks} or such as reverse the reading direction`;
}
