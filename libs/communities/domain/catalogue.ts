// What a community promises for each kind of request, and the periods its office works by. Deadlines are natural
// time in milliseconds; the defaults are those of the domain description.
import type { Instant } from '#libs/kernel';
import { DAY, HOUR } from '#libs/kernel';

export type Urgency = 'EMERGENCY' | 'UTILITIES' | 'ORDINARY' | 'COMPLEX';
export const URGENCIES: readonly Urgency[] = ['EMERGENCY', 'UTILITIES', 'ORDINARY', 'COMPLEX'];

/** How long a request of each urgency may take unless its entry says otherwise, in milliseconds. */
export const DEFAULT_RESOLVE_WITHIN: Readonly<Record<Urgency, number>> = {
  EMERGENCY: 2 * HOUR,
  UTILITIES: 24 * HOUR,
  ORDINARY: 7 * DAY,
  COMPLEX: 15 * DAY,
};

export interface CatalogueEntry {
  /** SCREAMING_SNAKE, permanent: requests carry it. */
  readonly category: string;
  /** In the community's language. */
  readonly name: string;
  readonly englishName: string | null;
  readonly urgency: Urgency;
  /** From report to resolution, in milliseconds. */
  readonly resolveWithin: number;
  /** What a volunteer must be able to do; empty when anybody can help. */
  readonly skills: readonly string[];
}

/** The standard catalogue is every community's first version: in force until it publishes its own. */
export const STANDARD_VERSION = 1;

export interface CatalogueVersion {
  /** `STANDARD_VERSION`, or that of the community's own: 2, 3, and so on. */
  readonly version: number;
  readonly entries: readonly CatalogueEntry[];
  readonly publishedAt: Instant | null;
}

/** All periods in milliseconds. */
export interface Policy {
  /** To accept an offer made to everyone. */
  readonly acceptWindowOpen: number;
  /** To accept an offer made to one volunteer. */
  readonly acceptWindowDirected: number;
  /** Without progress until the volunteer is reminded. */
  readonly claimReminder: number;
  /** Without progress until the task goes back to the office; longer than `claimReminder`. */
  readonly claimLapse: number;
  /** Silence after which a hand-over is approved. */
  readonly handOverSilence: number;
  /** From closing until the resident is to be called back. */
  readonly callBackDue: number;
  /** Tasks one volunteer may hold at a time. */
  readonly openTaskLimit: number;
  /** IANA name; days and months of figures are cut by it. */
  readonly timeZone: string;
}

export const DEFAULT_POLICY: Policy = {
  acceptWindowOpen: 24 * HOUR,
  acceptWindowDirected: 2 * HOUR,
  claimReminder: 48 * HOUR,
  claimLapse: 72 * HOUR,
  handOverSilence: 24 * HOUR,
  callBackDue: 3 * DAY,
  openTaskLimit: 5,
  timeZone: 'Asia/Shanghai',
};
