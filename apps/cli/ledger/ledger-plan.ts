// A ledger row as the commands of its life, in order, each with the time the row gives for it. The commands are the
// same ones the office and volunteers give; nothing is written past the deciders.
import type { Instant } from '#libs/kernel';
import { plus } from '#libs/kernel';
import type { Order, RaiseDetails } from '#libs/requests';
import type { LedgerRow } from './ledger-row.ts';

/** What the paper ledger does not say. */
const NOT_STATED = '台账未写明';

export interface Step {
  /** Permanent: the step's command id follows from it. */
  readonly name: string;
  readonly at: Instant;
  readonly order: Order;
}

export interface RowPlan {
  readonly row: LedgerRow;
  readonly details: RaiseDetails;
  readonly steps: readonly Step[];
}

export interface PlanContext {
  readonly communityId: string;
  /** How long an open offer may be accepted, in milliseconds. */
  readonly acceptWindow: number;
  requestIdOf(row: LedgerRow): string;
  volunteerIdOf(name: string): string;
}

export function planRow(row: LedgerRow, context: PlanContext): RowPlan {
  const { number, channel, category, building, reporter, matter } = row;
  const details = {
    communityId: context.communityId,
    ledgerNumber: number,
    channel,
    category,
    building,
    reporter,
    matter,
  };
  return { row, details, steps: [...handling(row, context), ...ending(row)] };
}

/** The task of a request's first offer. */
export function taskIdOf(requestId: string): string {
  return `${requestId}.1`;
}

/** The offer and what the volunteer did with it. */
function handling(row: LedgerRow, context: PlanContext): Step[] {
  const { dispatchedAt, acceptedAt, volunteer, resolvedAt, result, status } = row;
  if (!dispatchedAt) return [];
  const steps: Step[] = [
    {
      name: 'dispatch',
      at: dispatchedAt,
      order: {
        type: 'DispatchRequest',
        audience: { kind: 'OPEN' },
        // Paper states neither the skills asked for nor an accept-by time, only that it was accepted.
        skills: [],
        acceptBy: laterOf(plus(dispatchedAt, context.acceptWindow), acceptedAt),
        briefing: null,
      },
    },
  ];
  if (!acceptedAt || volunteer === null) return steps;
  const task = { taskId: taskIdOf(context.requestIdOf(row)), volunteerId: context.volunteerIdOf(volunteer) };
  steps.push({ name: 'accept', at: acceptedAt, order: { type: 'AcceptTask', ...task } });
  if (status === 'IN_PROGRESS') steps.push({ name: 'start', at: acceptedAt, order: { type: 'StartTask', ...task } });
  // For a request that was withdrawn the time is that of the withdrawal.
  if (resolvedAt && (status === 'DONE' || status === 'RESOLVED')) {
    steps.push({ name: 'done', at: resolvedAt, order: { type: 'ReportDone', ...task, result: result ?? NOT_STATED } });
  }
  return steps;
}

function ending(row: LedgerRow): Step[] {
  const { status, result, reviewOn, satisfaction } = row;
  const last = row.resolvedAt ?? row.acceptedAt ?? row.dispatchedAt ?? row.reportedAt;
  const text = result ?? NOT_STATED;
  switch (status) {
    case 'RESOLVED': {
      const confirmed: Step = { name: 'confirm', at: last, order: { type: 'ConfirmResolution', result: null } };
      if (!satisfaction) return [confirmed];
      const answer = { reached: true, solved: null, satisfaction, note: null };
      return [confirmed, { name: 'call back', at: last, order: { type: 'RecordCallBack', ...answer } }];
    }
    case 'FOLLOW_UP':
      // One cell holds both reason and plan on paper.
      return [
        {
          name: 'follow up',
          at: last,
          order: { type: 'PlaceInFollowUp', reason: text, plan: text, reviewOn: reviewOn ?? '' },
        },
      ];
    case 'DECLINED':
      return [{ name: 'decline', at: last, order: { type: 'DeclineRequest', reason: text } }];
    case 'WITHDRAWN':
      return [{ name: 'withdraw', at: last, order: { type: 'WithdrawRequest', reason: result } }];
    default:
      return [];
  }
}

function laterOf(a: Instant, b: Instant | null): Instant {
  return b !== null && b > a ? b : a;
}
