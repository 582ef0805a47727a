// Permanent names, versions and schemas of session events. None of their fields is personal data.
import { defineCodec } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import type { SessionEvent } from '../domain/session.events.ts';
import { SESSION_ENDS } from '../domain/session.events.ts';

const sessionId = z.uuid();
const instant = z.string().refine(isInstant);
/** 256 bits in base64url. */
const hash = z.string().regex(/^[\w-]{43}$/);

export const sessionCodec = defineCodec<SessionEvent>({
  SessionOpened: {
    version: 1,
    schema: z.strictObject({
      sessionId,
      accountId: z.uuid(),
      epoch: z.int().nonnegative(),
      salt: z.string().min(1),
      tokenHash: hash,
      openedAt: instant,
    }),
  },
  SessionRefreshed: {
    version: 1,
    schema: z.strictObject({ sessionId, generation: z.int().positive(), tokenHash: hash, refreshedAt: instant }),
  },
  SessionEnded: { version: 1, schema: z.strictObject({ sessionId, reason: z.enum(SESSION_ENDS) }) },
});
