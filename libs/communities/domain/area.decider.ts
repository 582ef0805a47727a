// One tree of areas: every community lies in a street and every street in a district, and only a community has a
// catalogue and a policy. Pure; every rule has a given/when/then specification.
import { accept, assertNever } from '#libs/kernel';
import type { Decider, Decision, Instant } from '#libs/kernel';
import type { AddArea, AreaCommand, PublishCatalogue, SetPolicy } from './area.commands.ts';
import type { AreaEvent, AreaLevel } from './area.events.ts';
import { AREA_LEVELS } from './area.events.ts';
import type { CommunityRejection, Refusal } from './area.rejections.ts';
import { refuse } from './area.rejections.ts';
import { refuseCatalogue, refusePolicy } from './catalogue-rules.ts';
import type { CatalogueVersion, Policy } from './catalogue.ts';
import { DEFAULT_POLICY, STANDARD_VERSION } from './catalogue.ts';

export interface KnownArea {
  readonly status: 'ADDED';
  readonly areaId: string;
  readonly level: AreaLevel;
  readonly parentId: string | null;
  readonly name: string;
  readonly addedAt: Instant;
  /** Every catalogue this community published, oldest first. */
  readonly catalogues: readonly CatalogueVersion[];
  /** Undefined until the community sets one. */
  readonly policy: Policy | undefined;
}
export type AreaState = { readonly status: 'NONE' } | KnownArea;

type Outcome = Decision<AreaEvent, CommunityRejection>;

export const areaDecider: Decider<AreaState, AreaCommand, AreaEvent, CommunityRejection> = {
  initial: { status: 'NONE' },
  decide,
  evolve,
};

function decide(command: AreaCommand, state: AreaState): Outcome {
  const { at, now } = command;
  if (at > now) return refuse('OCCURRED_IN_FUTURE', 'It cannot have happened later than now.', { now });
  if (command.type === 'AddArea') return add(command, state);
  if (state.status === 'NONE') return refuse('NOT_FOUND', 'There is no such area.');
  const { areaId } = state;
  switch (command.type) {
    case 'RenameArea':
      if (command.name === state.name) return accept();
      return accept({ type: 'AreaRenamed', data: { areaId, at, name: command.name } });
    case 'PublishCatalogue':
      return publish(command, state);
    case 'SetPolicy':
      return setPolicy(command, state);
    default:
      return assertNever(command);
  }
}

function add({ areaId, at, level, parentId, parentLevel, name }: AddArea, state: AreaState): Outcome {
  if (state.status !== 'NONE') return refuse('AREA_ALREADY_ADDED', 'This area has been added before.');
  const expected = AREA_LEVELS[AREA_LEVELS.indexOf(level) - 1];
  if (parentId !== null && parentLevel === undefined)
    return refuse('PARENT_NOT_FOUND', 'There is no such area to put it in.');
  if (parentLevel !== expected) {
    return refuse('PARENT_OF_WRONG_LEVEL', 'The area above must be one level wider.', { expected: expected ?? null });
  }
  return accept({ type: 'AreaAdded', data: { areaId, at, level, parentId, name } });
}

function publish({ at, now, entries }: PublishCatalogue, state: KnownArea): Outcome {
  const last = state.catalogues.at(-1);
  // The log gives the order, not the clocks: what is published now is the latest, though its sender's clock be behind.
  const since = at === now && last?.publishedAt && last.publishedAt > at ? last.publishedAt : at;
  const refusal = notACommunity(state) ?? notAfterTheLast(since, state) ?? refuseCatalogue(entries);
  if (refusal) return refusal;
  const catalogueVersion = (last?.version ?? STANDARD_VERSION) + 1;
  return accept({ type: 'CataloguePublished', data: { areaId: state.areaId, at: since, catalogueVersion, entries } });
}

function setPolicy({ at, changes }: SetPolicy, state: KnownArea): Outcome {
  const before = state.policy ?? DEFAULT_POLICY;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const policy: Policy = { ...before, ...given };
  const refusal = notACommunity(state) ?? refusePolicy(policy);
  if (refusal) return refusal;
  const names = Object.keys(policy) as (keyof Policy)[];
  if (state.policy && names.every((name) => policy[name] === before[name])) return accept();
  return accept({ type: 'PolicySet', data: { areaId: state.areaId, at, policy } });
}

function notACommunity({ level }: KnownArea): Refusal | undefined {
  return level === 'COMMUNITY'
    ? undefined
    : refuse('NOT_A_COMMUNITY', 'Only a community has a catalogue and a policy.', { level });
}

/** Catalogues come into force in the order of their versions. */
function notAfterTheLast(at: Instant, { catalogues }: KnownArea): Refusal | undefined {
  const notBefore = catalogues.at(-1)?.publishedAt;
  return notBefore && at < notBefore
    ? refuse('OCCURRED_TOO_EARLY', 'It cannot have come into force before the version before it.', { notBefore })
    : undefined;
}

function evolve(state: AreaState, event: AreaEvent): AreaState {
  if (event.type === 'AreaAdded') {
    const { areaId, level, parentId, name, at } = event.data;
    return { status: 'ADDED', areaId, level, parentId, name, addedAt: at, catalogues: [], policy: undefined };
  }
  if (state.status === 'NONE') return state;
  switch (event.type) {
    case 'AreaRenamed':
      return { ...state, name: event.data.name };
    case 'CataloguePublished': {
      const { catalogueVersion, entries, at } = event.data;
      return { ...state, catalogues: [...state.catalogues, { version: catalogueVersion, entries, publishedAt: at }] };
    }
    case 'PolicySet':
      return { ...state, policy: event.data.policy };
    default:
      return assertNever(event);
  }
}
