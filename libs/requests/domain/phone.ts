// Telephone numbers as they are compared: by their digits, however they were typed.

/** Shorter ones tell nobody from another; the shortest that are dialled have five. */
const SHORTEST = 5;

/**
 * The digits of a number in one form: full-width digits, spaces, dashes and the code of China, +86, make no difference.
 * Undefined where there are too few to be one.
 */
export function phoneForm(typed: string): string | undefined {
  const text = typed.normalize('NFKC').trim();
  const digits = text.replaceAll(/\D/g, '');
  const inChina = national(text, digits);
  return inChina.length < SHORTEST ? undefined : inChina;
}

/** The last four digits, by which a resident is known beside the code. */
export function phoneEnding(typed: string): string | undefined {
  return phoneForm(typed)?.slice(-4);
}

function national(text: string, digits: string): string {
  const isInternational = text.startsWith('+') || text.startsWith('(+') || digits.startsWith('00');
  const whole = digits.replace(/^00/, '');
  if (isInternational) {
    if (!whole.startsWith('86')) return `00${whole}`;
    return trunk(whole.slice(2));
  }
  // A mobile number has eleven digits and begins with 1; with 86 before it, thirteen.
  return /^861\d{10}$/.test(digits) ? digits.slice(2) : digits;
}

/** A landline's area code is dialled with a 0 before it inside the country. */
function trunk(number: string): string {
  return number.startsWith('1') || number.startsWith('0') ? number : `0${number}`;
}
