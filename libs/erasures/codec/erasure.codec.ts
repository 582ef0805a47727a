// How events of erasures are stored: permanent names and schemas. Nothing in them is personal data, so nothing is sealed,
// and they stay readable after the key is gone.
import { defineCodec } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import type { ErasureEvent } from '../domain/erasure.events.ts';
import { GROUNDS, HOLDS, LEGAL_HOLDS, SUBJECT_KINDS } from '../domain/erasure.events.ts';

const instant = z.string().refine(isInstant, 'not an instant');
const by = z.union([z.uuid(), z.literal('system')]);
const subject = z.strictObject({ kind: z.enum(SUBJECT_KINDS), id: z.uuid() });
const place = { subject, communityId: z.uuid() };
const count = z.int().nonnegative();

const first = (shape: z.core.$ZodLooseShape) => ({
  version: 1,
  schema: z.strictObject({ personId: z.uuid(), at: instant, ...shape }),
});

export const erasureCodec = defineCodec<ErasureEvent>({
  ErasureRequested: first({ ...place, grounds: z.enum(GROUNDS), by }),
  ErasureApproved: first({ by, dueAt: instant }),
  ErasureCancelled: first({ by }),
  ErasureHeld: first({ hold: z.enum(HOLDS) }),
  ErasureBegun: first({ trace: z.string().nullable(), tasks: count }),
  PersonKeyDestroyed: first({ subject, tasks: count }),
  PersonErased: first({ files: count, bytes: count, texts: count, textsFound: count }),
  HoldPlaced: first({ ...place, reason: z.enum(LEGAL_HOLDS), by }),
  HoldLifted: first({ by }),
});
