// How readings of personal data are stored. Every record has a stream of its own, `disclosure-<id>`: nothing is decided
// from earlier ones, so records never wait for each other.
import { defineCodec } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import type { DisclosureEvent } from '../domain/disclosure.events.ts';
import { OPERATIONS } from '../domain/disclosure.events.ts';

/** Category of the streams; permanent. */
export const DISCLOSURES = 'disclosure';

const instant = z.string().refine(isInstant, 'not an instant');
const text = z.string().min(1);

export const disclosureCodec = defineCodec<DisclosureEvent>({
  PersonalDataDisclosed: {
    version: 1,
    schema: z.strictObject({
      at: instant,
      operation: z.enum(OPERATIONS),
      through: z.array(text),
      viewers: z.array(text),
      shown: z.array(z.strictObject({ fields: z.array(text), personIds: z.array(text) })),
    }),
  },
  UnusualReadingNoticed: {
    version: 1,
    schema: z.strictObject({
      at: instant,
      accountId: text,
      hour: instant,
      persons: z.int().positive(),
      threshold: z.int().positive(),
    }),
  },
});
