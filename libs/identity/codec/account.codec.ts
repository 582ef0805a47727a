// Permanent names, versions and schemas of account events, and which of their fields are sealed. The password's hash is
// sealed as well: a copy of the log alone gives nothing to guess against.
import { defineCodec } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import type { AccountEvent } from '../domain/account.events.ts';
import { ROLES } from '../domain/role.ts';

const accountId = z.uuid();
const text = z.string().min(1);
const grant = z.strictObject({ accountId, role: z.enum(ROLES), areaId: z.uuid() });
const own = (path: `/${string}`) => ({ path, person: '/accountId' }) as const;

export const accountCodec = defineCodec<AccountEvent>({
  AccountOpened: {
    version: 1,
    schema: z.strictObject({
      accountId,
      areaId: z.uuid(),
      username: text,
      displayName: text.nullable(),
      passwordHash: text,
    }),
    personal: [own('/username'), own('/displayName'), own('/passwordHash')],
  },
  ExternalAccountOpened: {
    version: 1,
    schema: z.strictObject({
      accountId,
      areaId: z.uuid(),
      issuer: z.url(),
      subject: text,
      displayName: text.nullable(),
    }),
    personal: [own('/subject'), own('/displayName')],
  },
  RoleGranted: { version: 1, schema: grant },
  RoleRevoked: { version: 1, schema: grant },
  VolunteerLinked: { version: 1, schema: z.strictObject({ accountId, volunteerId: z.uuid() }) },
  PasswordChanged: {
    version: 2,
    schema: z.strictObject({ accountId, passwordHash: text, keptSessionId: z.uuid().nullable() }),
    personal: [own('/passwordHash')],
    upcast: { 1: (data) => ({ ...data, keptSessionId: null }) },
  },
  SignedOutEverywhere: {
    version: 1,
    schema: z.strictObject({ accountId, at: z.string().refine(isInstant) }),
  },
  AccountDisabled: { version: 1, schema: z.strictObject({ accountId }) },
  AccountEnabled: { version: 1, schema: z.strictObject({ accountId }) },
});
