// How request events are stored: permanent names, a schema per version, and which fields are personal data. Free text
// about a reporter's matter counts as personal data (PIPL art. 28: it may tell of health or family).
import { defineCodec } from '#libs/event-store';
import type { PersonalField } from '#libs/event-store';
import { isInstant } from '#libs/kernel';
import { z } from 'zod';
import { CHANNELS, SATISFACTIONS } from '../domain/request.events.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import { phoneForm } from '../domain/phone.ts';

const instant = z.string().refine(isInstant, 'not an instant');
const day = z.iso.date();
const text = z.string().min(1);
const optionalText = text.nullable();
const channel = z.enum(CHANNELS);

const reporter = z.strictObject({ personId: z.uuid(), name: optionalText, phone: optionalText, address: optionalText });
const about = { at: instant, personId: z.uuid() };
const task = { at: instant, taskId: text, volunteerId: z.uuid() };
const audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('OPEN') }),
  z.strictObject({ kind: z.literal('DIRECTED'), volunteerId: z.uuid() }),
]);

const ofReporter: readonly PersonalField[] = (['name', 'phone', 'address'] as const).map((field) => ({
  path: `/reporter/${field}`,
  person: '/reporter/personId',
  ...(field === 'phone' ? { findBy: phoneForm } : {}),
}));
const freeText = (...fields: readonly string[]): readonly PersonalField[] =>
  fields.map((field) => ({ path: `/${field}`, person: '/personId' }));

const first = <Shape extends z.core.$ZodLooseShape>(shape: Shape, personal: readonly PersonalField[] = []) => ({
  version: 1,
  schema: z.strictObject(shape),
  personal,
});

export const requestCodec = defineCodec<RequestEvent>({
  RequestRaised: first(
    {
      at: instant,
      requestId: z.uuid(),
      communityId: z.uuid(),
      ledgerNumber: optionalText,
      channel,
      category: text,
      catalogueVersion: z.int().positive(),
      building: optionalText,
      reporter,
      matter: text,
      reportedOn: day,
      dueAt: instant,
    },
    [...ofReporter, { path: '/matter', person: '/reporter/personId' }],
  ),
  RequestCorrected: first(
    {
      ...about,
      channel,
      category: text,
      building: optionalText,
      dueAt: instant,
      taskId: optionalText,
      matter: optionalText,
      reporter: reporter.nullable(),
    },
    [...ofReporter, ...freeText('matter')],
  ),
  RequestDispatched: first(
    {
      ...about,
      taskId: text,
      audience,
      skills: z.array(text),
      acceptBy: instant,
      briefing: optionalText,
      category: text,
      building: optionalText,
      dueAt: instant,
    },
    freeText('briefing'),
  ),
  OfferRecalled: first({ ...about, taskId: text, reason: text }, freeText('reason')),
  OfferExpired: first({ at: instant, taskId: text }),
  TaskAccepted: first(task),
  TaskDeclined: first({ ...task, reason: optionalText, endsOffer: z.boolean() }, [
    { path: '/reason', person: '/volunteerId' },
  ]),
  TaskReleased: first({ ...about, ...task, reason: text }, freeText('reason')),
  TaskStarted: first(task),
  ProgressRecorded: first({ ...about, ...task, note: text }, freeText('note')),
  DoneReported: first({ ...about, ...task, result: text }, freeText('result')),
  ResolutionConfirmed: first(
    { ...about, taskId: optionalText, result: optionalText, callBackDueAt: instant },
    freeText('result'),
  ),
  WorkSentBack: first({ ...about, ...task, reason: text }, freeText('reason')),
  RequestReopened: first({ ...about, reason: text }, freeText('reason')),
  RequestEscalated: first({
    at: instant,
    taskId: optionalText,
    cause: z.literal('REWORKS'),
    count: z.int().positive(),
  }),
  PlacedInFollowUp: first({ ...about, reason: text, plan: text, reviewOn: day }, freeText('reason', 'plan')),
  FollowUpRecorded: first({ ...about, note: text, reviewOn: day }, freeText('note')),
  FollowUpResumed: first({ ...about, reason: text }, freeText('reason')),
  RequestDeclined: first({ ...about, reason: text }, freeText('reason')),
  RequestWithdrawn: first({ ...about, taskId: optionalText, reason: optionalText }, freeText('reason')),
  CallBackRecorded: first(
    {
      ...about,
      reached: z.boolean(),
      solved: z.boolean().nullable(),
      satisfaction: z.enum(SATISFACTIONS).nullable(),
      note: optionalText,
    },
    freeText('note'),
  ),
  ChaseUpRecorded: first({ ...about, taskId: optionalText, note: optionalText }, freeText('note')),
  ResultRated: first(
    {
      ...about,
      satisfaction: z.enum(SATISFACTIONS),
      solved: z.boolean().nullable(),
      comment: optionalText,
    },
    freeText('comment'),
  ),
  PartnerConsentGiven: first({ ...about, taskId: optionalText }),
  PartnerConsentWithdrawn: first({ ...about, taskId: optionalText }),
});
