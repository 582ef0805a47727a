// Between rows, the domain and what the API shows: durations are minutes there and milliseconds inside.
import { MINUTE } from '#libs/kernel';
import { foldRow } from '#libs/projections';
import type { AreaOutcome } from '../application/area.desk.ts';
import type { SetPolicy } from '../domain/area.commands.ts';
import type { CatalogueEntry, Policy } from '../domain/catalogue.ts';
import { DEFAULT_POLICY, DEFAULT_RESOLVE_WITHIN, STANDARD_VERSION } from '../domain/catalogue.ts';
import { STANDARD_CATALOGUE } from '../domain/standard-catalogue.ts';
import { areaListProjection } from '../read-models/area-list.projection.ts';
import type { AreaRow } from '../read-models/area-list.tables.ts';
import { areaList } from '../read-models/area-list.tables.ts';
import type { CatalogueEntryInput, SetPolicyInput } from './area.inputs.ts';
import type { CatalogueType, PolicyType } from './area.types.ts';

/** The changed area at its new revision, before any projection has caught up. */
export function rowOf({ events }: AreaOutcome): AreaRow {
  const areaId = events[0]?.data.areaId ?? '';
  const row = foldRow(areaListProjection, areaList, events, areaId);
  if (!row) throw new Error('An area without a first event');
  return row;
}

export function catalogueOf({ catalogue, catalogueVersion }: AreaRow): CatalogueType {
  const entries = catalogue === null ? STANDARD_CATALOGUE : (JSON.parse(catalogue) as readonly CatalogueEntry[]);
  return {
    version: catalogueVersion ?? STANDARD_VERSION,
    entries: entries.map(({ resolveWithin, ...entry }) => ({ ...entry, resolveWithinMinutes: minutes(resolveWithin) })),
  };
}

export function policyOf({ policy }: AreaRow): PolicyType {
  const own = policy === null ? DEFAULT_POLICY : (JSON.parse(policy) as Policy);
  return {
    acceptWindowOpenMinutes: minutes(own.acceptWindowOpen),
    acceptWindowDirectedMinutes: minutes(own.acceptWindowDirected),
    claimReminderMinutes: minutes(own.claimReminder),
    claimLapseMinutes: minutes(own.claimLapse),
    handOverSilenceMinutes: minutes(own.handOverSilence),
    callBackDueMinutes: minutes(own.callBackDue),
    openTaskLimit: own.openTaskLimit,
    timeZone: own.timeZone,
  };
}

export function entryOf(input: CatalogueEntryInput): CatalogueEntry {
  const { category, name, englishName, urgency, resolveWithinMinutes, skills } = input;
  const resolveWithin = milliseconds(resolveWithinMinutes) ?? DEFAULT_RESOLVE_WITHIN[urgency];
  return { category, name, englishName: englishName ?? null, urgency, resolveWithin, skills };
}

export function policyChangesOf(input: SetPolicyInput): SetPolicy['changes'] {
  return {
    acceptWindowOpen: milliseconds(input.acceptWindowOpenMinutes),
    acceptWindowDirected: milliseconds(input.acceptWindowDirectedMinutes),
    claimReminder: milliseconds(input.claimReminderMinutes),
    claimLapse: milliseconds(input.claimLapseMinutes),
    handOverSilence: milliseconds(input.handOverSilenceMinutes),
    callBackDue: milliseconds(input.callBackDueMinutes),
    openTaskLimit: input.openTaskLimit ?? undefined,
    timeZone: input.timeZone ?? undefined,
  };
}

function minutes(of: number): number {
  return Math.ceil(of / MINUTE);
}

function milliseconds(of: number | null | undefined): number | undefined {
  return of == null ? undefined : of * MINUTE;
}
