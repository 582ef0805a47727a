// Permanent names and schemas of area events. Nothing about an area is personal data.
import { isInstant } from '#libs/kernel';
import { defineCodec } from '#libs/event-store';
import { z } from 'zod';
import type { AreaEvent } from '../domain/area.events.ts';
import { AREA_LEVELS } from '../domain/area.events.ts';
import { URGENCIES } from '../domain/catalogue.ts';

const fact = { areaId: z.string(), at: z.string().refine(isInstant) };
const milliseconds = z.int().positive();

const entry = z.strictObject({
  category: z.string(),
  name: z.string(),
  englishName: z.string().nullable(),
  urgency: z.enum(URGENCIES),
  resolveWithin: milliseconds,
  skills: z.array(z.string()),
});

const policy = z.strictObject({
  acceptWindowOpen: milliseconds,
  acceptWindowDirected: milliseconds,
  claimReminder: milliseconds,
  claimLapse: milliseconds,
  handOverSilence: milliseconds,
  callBackDue: milliseconds,
  openTaskLimit: z.int().positive(),
  timeZone: z.string(),
});

export const areaCodec = defineCodec<AreaEvent>({
  AreaAdded: {
    version: 1,
    schema: z.strictObject({ ...fact, level: z.enum(AREA_LEVELS), parentId: z.string().nullable(), name: z.string() }),
  },
  AreaRenamed: { version: 1, schema: z.strictObject({ ...fact, name: z.string() }) },
  CataloguePublished: {
    version: 1,
    schema: z.strictObject({ ...fact, catalogueVersion: z.int().positive(), entries: z.array(entry) }),
  },
  PolicySet: { version: 1, schema: z.strictObject({ ...fact, policy }) },
});
