// Adds to an order what its sender cannot know: the times, and what the community's catalogue and policy say.
import type { Catalogue } from '#libs/communities';
import { isCode } from '#libs/communities';
import type { CommandContext, Instant } from '#libs/kernel';
import { InvalidInput, plus } from '#libs/kernel';
import type { RequestCommand } from '../domain/request.commands.ts';
import type { KnownRequest } from '../domain/request.state.ts';
import { localDay } from './local-day.ts';
import type { DispatchOrder, Order } from './request.orders.ts';

export function completeOrder(
  order: Order,
  request: KnownRequest,
  catalogue: Catalogue,
  context: CommandContext,
): RequestCommand {
  const times = { at: context.occurredAt, now: context.recordedAt };
  const today = localDay(times.at, catalogue.policy.timeZone);
  switch (order.type) {
    case 'DispatchRequest':
      return { ...times, ...order, ...offerTerms(order, request, catalogue, times.at) };
    case 'CorrectRequest':
      if (order.category === undefined || order.category === request.category) return { ...times, ...order };
      return { ...times, ...order, dueAt: deadline(catalogue, order.category, request.reportedAt) };
    case 'PlaceInFollowUp':
    case 'RecordFollowUp':
      return { ...times, ...order, today };
    case 'ConfirmResolution':
      return { ...times, ...order, callBackDueAt: plus(times.at, catalogue.policy.callBackDue) };
    default:
      return { ...times, ...order };
  }
}

/** The due time the catalogue sets for a category, counted from the report. */
export function deadline(catalogue: Catalogue, category: string, reportedAt: Instant): Instant {
  const entry = catalogue.entry(category);
  if (!entry) throw new InvalidInput('The catalogue has no such category.', { field: 'category' });
  return plus(reportedAt, entry.resolveWithin);
}

function offerTerms(order: DispatchOrder, request: KnownRequest, catalogue: Catalogue, at: Instant) {
  const { acceptWindowDirected, acceptWindowOpen } = catalogue.policy;
  const window = order.audience.kind === 'DIRECTED' ? acceptWindowDirected : acceptWindowOpen;
  return {
    skills: order.skills ? checkedSkills(order.skills) : (catalogue.entry(request.category)?.skills ?? []),
    acceptBy: order.acceptBy ?? plus(at, window),
  };
}

/** As many as a volunteer can have; a longer list could be mastered by nobody. */
const MOST_SKILLS = 20;

function checkedSkills(skills: readonly string[]): readonly string[] {
  const distinct = [...new Set(skills)];
  if (distinct.length > MOST_SKILLS || !distinct.every(isCode)) {
    throw new InvalidInput('The skills are too many or not in their form.', { field: 'skills', limit: MOST_SKILLS });
  }
  return distinct;
}
