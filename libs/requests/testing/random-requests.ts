// Random lives of requests, told by the decider itself: mostly what may happen next, now and then what may not.
import fc from 'fast-check';
import type { Decision } from '#libs/kernel';
import { HOUR, MINUTE, plus } from '#libs/kernel';
import type { RequestCommand } from '../domain/request.commands.ts';
import { requestDecider } from '../domain/request.decider.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import { CHANNELS } from '../domain/request.events.ts';
import type { RequestRejection } from '../domain/request.rejections.ts';
import type { RequestState } from '../domain/request.state.ts';
import { standingTaskId, taskIdOf } from '../domain/request.state.ts';
import type { CommandType } from './request-examples.ts';
import { anna, boris, command, COMMAND_TYPES, happened, minute } from './request-examples.ts';

export const VOLUNTEERS = [anna, boris, '00000000-0000-4000-8000-0000000000c3'];
export const COMMUNITIES = ['00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000f2'];
export const SKILL_SETS = [[], ['PLUMBING'], ['ELECTRICITY', 'PLUMBING']];
export const CATEGORIES = ['PLUMBING', 'PARKING', 'SANITATION'];

interface Step {
  readonly pick: number;
  /** Anything at all, fitting or not. */
  readonly astray: boolean;
  /** Since the step before. */
  readonly minutes: number;
  /** Entered this much later than it happened. */
  readonly late: number;
  readonly volunteer: number;
  readonly offersAgo: number;
  readonly flag: boolean;
}

export interface Turn {
  readonly command: RequestCommand;
  readonly before: RequestState;
  readonly decision: Decision<RequestEvent, RequestRejection>;
  readonly after: RequestState;
}

const FITTING: Readonly<Record<RequestState['status'], readonly CommandType[]>> = {
  NONE: ['RaiseRequest'],
  RAISED: [
    'DispatchRequest',
    'DispatchRequest',
    'DispatchRequest',
    'CorrectRequest',
    'PlaceInFollowUp',
    'DeclineRequest',
    'RecordChaseUp',
  ],
  OFFERED: [
    'AcceptTask',
    'AcceptTask',
    'DeclineTask',
    'RecallOffer',
    'ExpireOffer',
    'CorrectRequest',
    'PlaceInFollowUp',
  ],
  ACCEPTED: ['StartTask', 'RecordProgress', 'ReportDone', 'ReleaseTask', 'CorrectRequest', 'WithdrawRequest'],
  IN_PROGRESS: ['RecordProgress', 'ReportDone', 'ReportDone', 'ReleaseTask', 'CorrectRequest', 'RecordPartnerConsent'],
  DONE: ['ConfirmResolution', 'ConfirmResolution', 'SendBack', 'CorrectRequest', 'WithdrawRequest'],
  FOLLOW_UP: ['RecordFollowUp', 'ResumeFromFollowUp', 'ConfirmResolution', 'CorrectRequest'],
  RESOLVED: ['RecordCallBack', 'RateResult', 'ReopenRequest', 'CorrectRequest', 'RateResult'],
  DECLINED: ['WithdrawRequest'],
  WITHDRAWN: ['WithdrawRequest'],
};

const step = fc.record<Step>({
  pick: fc.nat(1_000),
  astray: fc.nat(9).map((n) => n === 0),
  minutes: fc.oneof(fc.nat(3), fc.nat(90)),
  late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
  volunteer: fc.nat(VOLUNTEERS.length - 1),
  offersAgo: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  flag: fc.boolean(),
});

/** Up to `most` commands given to one request, and what became of each. */
export function lives(most: number, requestId = '00000000-0000-4000-8000-00000000000a'): fc.Arbitrary<Turn[]> {
  const raised = fc.record({
    channel: fc.nat(4),
    community: fc.nat(1),
    category: fc.nat(2),
    minutes: fc.nat(7_200),
    hoursFromUtc: fc.constantFrom(-11, 8, 14),
  });
  return fc.tuple(raised, fc.array(step, { maxLength: most, size: 'max' })).map(([start, steps]) => {
    const turns: Turn[] = [];
    let before = requestDecider.initial;
    let clock = minute(start.minutes);
    for (const [index, chosen] of steps.entries()) {
      clock = plus(clock, chosen.minutes * MINUTE);
      const command: RequestCommand = index === 0 ? raise(requestId, start, clock) : commandOf(chosen, before, clock);
      const decision = requestDecider.decide(command, before);
      const events = decision.kind === 'accepted' ? decision.events : [];
      const after = events.reduce(requestDecider.evolve.bind(requestDecider), before);
      turns.push({ command, before, decision, after });
      before = after;
    }
    return turns;
  });
}

export function eventsOf(turns: readonly Turn[]): RequestEvent[] {
  return turns.flatMap(({ decision }) => (decision.kind === 'accepted' ? decision.events : []));
}

interface Start {
  readonly channel: number;
  readonly community: number;
  readonly category: number;
  /** Of the community's time zone. */
  readonly hoursFromUtc: number;
}

function raise(
  requestId: string,
  { channel, community, category, hoursFromUtc }: Start,
  clock: ReturnType<typeof minute>,
) {
  return command('RaiseRequest', 0, {
    reporter: { ...happened('RequestRaised', 0).data.reporter, personId: requestId.replace(/^./, 'd') },
    ...{
      requestId,
      at: clock,
      now: clock,
      reportedOn: plus(clock, hoursFromUtc * HOUR).slice(0, 10),
      dueAt: plus(clock, 600 * MINUTE),
    },
    ...{ channel: CHANNELS[channel] ?? 'PHONE', communityId: COMMUNITIES[community] ?? '' },
    category: CATEGORIES[category] ?? '',
    partnerConsent: channel === 3,
  });
}

function commandOf(step: Step, state: RequestState, now: ReturnType<typeof minute>): RequestCommand {
  const types = step.astray ? COMMAND_TYPES : FITTING[state.status];
  const type = types[step.pick % types.length] ?? 'ExpireOffer';
  const times = { at: plus(now, -step.late * MINUTE), now };
  const given = { ...command(type, 0), ...times } as RequestCommand;
  const volunteerId = VOLUNTEERS[step.volunteer] ?? anna;
  switch (given.type) {
    case 'DispatchRequest': {
      const audience = step.flag ? ({ kind: 'OPEN' } as const) : ({ kind: 'DIRECTED', volunteerId } as const);
      const skills = SKILL_SETS[step.pick % SKILL_SETS.length] ?? [];
      return { ...given, audience, skills, acceptBy: plus(now, step.pick * MINUTE) };
    }
    case 'CorrectRequest':
      return step.flag ? { ...given, category: CATEGORIES[step.volunteer] } : { ...given, channel: 'ONLINE' };
    case 'PlaceInFollowUp':
    case 'RecordFollowUp':
      return { ...given, reviewOn: `2026-04-0${String(1 + (step.pick % 9))}` };
    case 'RecordPartnerConsent':
      return { ...given, given: step.flag };
    case 'RateResult':
      return step.flag ? given : { ...given, satisfaction: 'DISSATISFIED', solved: null, comment: 'It leaks again.' };
    case 'RecordCallBack':
      return step.flag ? given : { ...given, reached: false, solved: null, satisfaction: null };
    default:
      return 'taskId' in given ? { ...given, ...taskOf(step, state, volunteerId) } : given;
  }
}

function taskOf(step: Step, state: RequestState, volunteerId: string) {
  if (state.status === 'NONE') return { volunteerId };
  const taskId = taskIdOf(state.requestId, Math.max(1, state.offers - step.offersAgo));
  const holder = 'task' in state && !step.astray ? state.task.volunteerId : volunteerId;
  return { taskId: step.astray ? taskId : (standingTaskId(state) ?? taskId), volunteerId: holder };
}
