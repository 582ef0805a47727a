// Carries out what is asked of areas: makes texts fit to keep, brings the parent's level, and lets the decider
// decide. Events about an area belong to that area itself.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import { deterministicId } from '#libs/event-store';
import type { CommandContext } from '#libs/kernel';
import { cleanText, InvalidInput } from '#libs/kernel';
import type { AreaCommand, SetPolicy } from '../domain/area.commands.ts';
import type { AreaState } from '../domain/area.decider.ts';
import type { AreaEvent, AreaLevel } from '../domain/area.events.ts';
import type { CatalogueEntry } from '../domain/catalogue.ts';
import { CATALOGUE_LIMITS } from '../domain/catalogue-rules.ts';
import { areaAggregate } from './area.aggregate.ts';

export type AreaOutcome = CommandOutcome<AreaState, AreaEvent>;

/** The new area's id follows from the command id, so a repeated command finds the area it made. */
export function newAreaId(commandId: string): string {
  return deterministicId(commandId, 'area');
}

/**
 * Every method resolves once its events are durable, and answers a repeat of its command with the first result.
 *
 * @throws InvalidInput for texts that cannot be kept
 * @throws Rejected with a code of `COMMUNITY_REJECTIONS`
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class AreaDesk {
  readonly #executor: CommandExecutor;

  constructor(executor: CommandExecutor) {
    this.#executor = executor;
  }

  async add(
    input: { readonly level: AreaLevel; readonly parentId: string | null; readonly name: string },
    context: CommandContext,
  ): Promise<AreaOutcome> {
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

  async rename(areaId: string, name: string, context: CommandContext): Promise<AreaOutcome> {
    return this.#execute(areaId, { type: 'RenameArea', ...timesOf(context), name: cleanName(name, 'name') }, context);
  }

  /** Puts a whole catalogue in force from the command's `occurredAt` on; its version is one more than the last. */
  async publishCatalogue(
    areaId: string,
    entries: readonly CatalogueEntry[],
    context: CommandContext,
  ): Promise<AreaOutcome> {
    const clean = entries.map((entry, index) => ({
      ...entry,
      name: cleanName(entry.name, `entries.${String(index)}.name`),
      englishName:
        entry.englishName === null ? null : cleanName(entry.englishName, `entries.${String(index)}.englishName`),
    }));
    return this.#execute(areaId, { type: 'PublishCatalogue', ...timesOf(context), entries: clean }, context);
  }

  /** Changes the given parts of the policy, from now on. */
  async setPolicy(areaId: string, changes: SetPolicy['changes'], context: CommandContext): Promise<AreaOutcome> {
    if (changes.timeZone !== undefined && !isTimeZone(changes.timeZone)) {
      throw new InvalidInput('There is no such time zone.', { field: 'timeZone' });
    }
    return this.#execute(areaId, { type: 'SetPolicy', ...timesOf(context), changes }, context);
  }

  #execute(areaId: string, command: AreaCommand, context: CommandContext): Promise<AreaOutcome> {
    return this.#executor.execute(areaAggregate, areaId, command, areaId, context);
  }
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
