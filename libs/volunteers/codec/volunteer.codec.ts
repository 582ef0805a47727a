// How volunteer events are stored: permanent names, schemas, and what is sealed with the volunteer's own key. A reason
// for suspension is free text about a person and counts as personal data.
import { defineCodec } from '#libs/event-store';
import type { PersonalField } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import type { VolunteerEvent } from '../domain/volunteer.events.ts';

const instant = z.string().refine(isInstant, 'not an instant');
const text = z.string().min(1);
const skills = z.array(text);

const first = (shape: z.core.$ZodLooseShape, ...personal: readonly `/${string}`[]) => ({
  version: 1,
  schema: z.strictObject({ volunteerId: z.uuid(), at: instant, ...shape }),
  personal: personal.map((path): PersonalField => ({ path, person: '/volunteerId' })),
});

export const volunteerCodec = defineCodec<VolunteerEvent>({
  VolunteerRegistered: first(
    { communityId: z.uuid(), name: text, phone: text.nullable(), skills, registeredBy: z.enum(['OFFICE', 'SELF']) },
    '/name',
    '/phone',
  ),
  VolunteerVerified: first({}),
  VolunteerSkillsSet: first({ skills }),
  VolunteerDutySet: first({ onDuty: z.boolean() }),
  VolunteerSuspended: first({ reason: text, until: instant.nullable() }, '/reason'),
  VolunteerReinstated: first({}),
  VolunteerContactCorrected: first({ name: text.optional(), phone: text.nullish() }, '/name', '/phone'),
  TaskSlotReserved: first({ taskId: text, reservedAt: instant }),
  TaskSlotFreed: first({ taskId: text, cause: z.enum(['TASK_ENDED', 'NOT_HELD']) }),
});
