// Carries out what is asked of areas: makes texts fit to keep, brings the parent's level, and lets the decider
// decide. Events about an area belong to that area itself.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import { deterministicId } from '#libs/event-store';
import type { CommandContext } from '#libs/kernel';
import { assertNever, cleanText, InvalidInput } from '#libs/kernel';
import type { AreaCommand, PublishCatalogue, RenameArea, SetPolicy } from '../domain/area.commands.ts';
import type { AreaState } from '../domain/area.decider.ts';
import type { AreaEvent, AreaLevel } from '../domain/area.events.ts';
import type { CatalogueEntry } from '../domain/catalogue.ts';
import { CATALOGUE_LIMITS } from '../domain/catalogue-rules.ts';
import { areaAggregate } from './area.aggregate.ts';

export type AreaOutcome = CommandOutcome<AreaState, AreaEvent>;

export interface NewArea {
  readonly level: AreaLevel;
  /** Null for a district only. */
  readonly parentId: string | null;
  readonly name: string;
}

type Sent<C> = C extends unknown ? Omit<C, 'at' | 'now'> : never;
/** A domain command as its sender gives it. */
export type AreaOrder = Sent<RenameArea | PublishCatalogue | SetPolicy>;

/** The new area's id follows from the command id, so a repeated command finds the area it made. */
export function newAreaId(commandId: string): string {
  return deterministicId(commandId, 'area');
}

/**
 * Every method resolves once its events are durable, and answers a repeat of its command with the first result.
 *
 * @throws InvalidInput for texts that cannot be kept
 * @throws Rejected with a code of `CommunityRejection`
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class AreaDesk {
  readonly #executor: CommandExecutor;

  constructor(executor: CommandExecutor) {
    this.#executor = executor;
  }

  async add(input: NewArea, context: CommandContext): Promise<AreaOutcome> {
    const { level, parentId } = input;
    const areaId = newAreaId(context.commandId);
    const parent = parentId === null ? undefined : await this.#executor.load(areaAggregate, parentId, context.signal);
    const parentLevel = parent?.state.status === 'ADDED' ? parent.state.level : undefined;
    const name = cleanName(input.name, 'name');
    return this.#execute(
      areaId,
      { type: 'AddArea', ...timesOf(context), areaId, level, parentId, parentLevel, name },
      context,
    );
  }

  async order(areaId: string, order: AreaOrder, context: CommandContext): Promise<AreaOutcome> {
    return this.#execute(areaId, { ...clean(order), ...timesOf(context) }, context);
  }

  #execute(areaId: string, command: AreaCommand, context: CommandContext): Promise<AreaOutcome> {
    return this.#executor.execute(areaAggregate, areaId, command, areaId, context);
  }
}

function clean(order: AreaOrder): AreaOrder {
  switch (order.type) {
    case 'RenameArea':
      return { ...order, name: cleanName(order.name, 'name') };
    case 'PublishCatalogue':
      return { ...order, entries: order.entries.map(cleanEntry) };
    case 'SetPolicy':
      if (order.changes.timeZone === undefined || isTimeZone(order.changes.timeZone)) return order;
      throw new InvalidInput('There is no such time zone.', { field: 'timeZone' });
    default:
      return assertNever(order);
  }
}

function cleanEntry(entry: CatalogueEntry, index: number): CatalogueEntry {
  const { name, englishName } = entry;
  const field = `entries.${String(index)}`;
  return {
    ...entry,
    name: cleanName(name, `${field}.name`),
    englishName: englishName === null ? null : cleanName(englishName, `${field}.englishName`),
  };
}

function timesOf({ occurredAt, recordedAt }: CommandContext) {
  return { at: occurredAt, now: recordedAt };
}

function cleanName(text: string, field: string): string {
  return cleanText(text, { field, max: CATALOGUE_LIMITS.nameLength });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
