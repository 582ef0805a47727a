// What a catalogue or a policy must be like to be put in force.
import { DAY, MINUTE } from '#libs/kernel';
import type { Refusal } from './area.rejections.ts';
import { refuse } from './area.rejections.ts';
import type { CatalogueEntry, Policy } from './catalogue.ts';

export const CATALOGUE_LIMITS = { entries: 200, skillsPerEntry: 20, nameLength: 60, longestPeriod: 366 * DAY } as const;
const OPEN_TASKS_AT_MOST = 1_000;

const CODE = /^[A-Z][A-Z0-9_]{0,39}$/;

/** Categories and skills share one form: SCREAMING_SNAKE, at most 40 characters. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/** The first thing wrong with the entries, or undefined. */
export function refuseCatalogue(entries: readonly CatalogueEntry[]): Refusal | undefined {
  if (entries.length === 0)
    return refuse('CATALOGUE_INVALID', 'A catalogue needs at least one entry.', { field: 'entries' });
  if (entries.length > CATALOGUE_LIMITS.entries) {
    return refuse('CATALOGUE_INVALID', 'The catalogue is too long.', {
      field: 'entries',
      limit: CATALOGUE_LIMITS.entries,
    });
  }
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const field = wrongField(entry) ?? (seen.has(entry.category) ? 'category' : undefined);
    if (field) {
      const message = seen.has(entry.category)
        ? 'A category appears twice.'
        : 'An entry of the catalogue is not right.';
      return refuse('CATALOGUE_INVALID', message, { field: `entries.${String(index)}.${field}` });
    }
    seen.add(entry.category);
  }
  return undefined;
}

function wrongField(entry: CatalogueEntry): keyof CatalogueEntry | undefined {
  const { category, name, englishName, resolveWithin, skills } = entry;
  if (!isCode(category)) return 'category';
  if (!isName(name)) return 'name';
  if (englishName !== null && !isName(englishName)) return 'englishName';
  if (!isPeriod(resolveWithin)) return 'resolveWithin';
  const distinct = new Set(skills).size === skills.length;
  return distinct && skills.length <= CATALOGUE_LIMITS.skillsPerEntry && skills.every(isCode) ? undefined : 'skills';
}

/** The first thing wrong with the policy, or undefined. Whether the time zone exists is checked where zones are known. */
export function refusePolicy(policy: Policy): Refusal | undefined {
  const { openTaskLimit, timeZone, ...periods } = policy;
  for (const [field, period] of Object.entries(periods)) {
    if (!isPeriod(period)) return refuse('POLICY_INVALID', 'A period must be from a minute to a year.', { field });
  }
  if (!Number.isInteger(openTaskLimit) || openTaskLimit < 1 || openTaskLimit > OPEN_TASKS_AT_MOST) {
    return refuse('POLICY_INVALID', 'The limit of open tasks is not right.', {
      field: 'openTaskLimit',
      limit: OPEN_TASKS_AT_MOST,
    });
  }
  if (timeZone === '') return refuse('POLICY_INVALID', 'The time zone is missing.', { field: 'timeZone' });
  if (policy.claimLapse <= policy.claimReminder) {
    return refuse('POLICY_INVALID', 'A claim must lapse after its reminder.', { field: 'claimLapse' });
  }
  return undefined;
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= CATALOGUE_LIMITS.nameLength;
}

function isPeriod(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && milliseconds >= MINUTE && milliseconds <= CATALOGUE_LIMITS.longestPeriod;
}
