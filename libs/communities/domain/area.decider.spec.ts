import { describe, it } from '@jest/globals';
import type { Instant } from '#libs/kernel';
import { DAY, HOUR, MINUTE } from '#libs/kernel';
import { given } from '#libs/kernel/testing';
import type { AddArea } from './area.commands.ts';
import { areaDecider } from './area.decider.ts';
import type { AreaEvent } from './area.events.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { DEFAULT_POLICY } from './catalogue.ts';
import { CATALOGUE_LIMITS } from './catalogue-rules.ts';
import { STANDARD_CATALOGUE } from './standard-catalogue.ts';

const at = '2026-03-01T08:00:00.000Z' as Instant;
const later = '2026-03-02T08:00:00.000Z' as Instant;
const times = { at, now: at };
const areaId = 'a';

const added = (level: 'DISTRICT' | 'STREET' | 'COMMUNITY'): AreaEvent => ({
  type: 'AreaAdded',
  data: { areaId, at, level, parentId: level === 'DISTRICT' ? null : 'p', name: '流霞里' },
});
const community = added('COMMUNITY');

const plumbing: CatalogueEntry = {
  category: 'PLUMBING',
  name: '水暖管道',
  englishName: null,
  urgency: 'UTILITIES',
  resolveWithin: 24 * HOUR,
  skills: ['PLUMBING'],
};
const published = (catalogueVersion: number): AreaEvent => ({
  type: 'CataloguePublished',
  data: { areaId, at, catalogueVersion, entries: [plumbing] },
});

describe('adding an area', () => {
  const add = (over: Partial<AddArea>): AddArea => ({
    ...{ type: 'AddArea', ...times, areaId, level: 'COMMUNITY', name: '流霞里', parentId: 'p', parentLevel: 'STREET' },
    ...over,
  });

  it('puts each level under the one above it', () => {
    const nothing = given(areaDecider, []);
    nothing.when(add({})).then(added('COMMUNITY'));
    nothing.when(add({ level: 'STREET', parentLevel: 'DISTRICT' })).then(added('STREET'));
    nothing.when(add({ level: 'DISTRICT', parentId: null, parentLevel: undefined })).then(added('DISTRICT'));
  });

  it('refuses a parent that is unknown, missing, or not one level wider', () => {
    const nothing = given(areaDecider, []);
    nothing.when(add({ parentLevel: undefined })).thenRejected('PARENT_NOT_FOUND');
    nothing
      .when(add({ parentId: null, parentLevel: undefined }))
      .thenRejected('PARENT_OF_WRONG_LEVEL', { expected: 'STREET' });
    nothing.when(add({ parentLevel: 'DISTRICT' })).thenRejected('PARENT_OF_WRONG_LEVEL');
    nothing.when(add({ parentLevel: 'COMMUNITY' })).thenRejected('PARENT_OF_WRONG_LEVEL');
    nothing.when(add({ level: 'DISTRICT', parentLevel: 'DISTRICT' })).thenRejected('PARENT_OF_WRONG_LEVEL');
  });

  it('refuses to add it twice, and to have happened in the future', () => {
    given(areaDecider, [community]).when(add({})).thenRejected('AREA_ALREADY_ADDED');
    given(areaDecider, [])
      .when(add({ at: later }))
      .thenRejected('OCCURRED_IN_FUTURE');
  });
});

describe('renaming an area', () => {
  it('records the new name once', () => {
    const known = given(areaDecider, [community]);
    known
      .when({ type: 'RenameArea', ...times, name: '八八五零' })
      .then({ type: 'AreaRenamed', data: { areaId, at, name: '八八五零' } });
    known.when({ type: 'RenameArea', ...times, name: '流霞里' }).thenNothing();
  });

  it('needs the area', () => {
    given(areaDecider, [])
      .when({ type: 'RenameArea', ...times, name: '无' })
      .thenRejected('NOT_FOUND');
  });
});

describe('publishing a catalogue', () => {
  const publish = (...entries: CatalogueEntry[]) => ({ type: 'PublishCatalogue', ...times, entries }) as const;

  it('numbers versions on from the standard catalogue', () => {
    given(areaDecider, [community]).when(publish(plumbing)).then(published(2));
    given(areaDecider, [community, published(2)])
      .when(publish(plumbing))
      .then(published(3));
  });

  it('accepts the standard catalogue itself', () => {
    given(areaDecider, [community])
      .when(publish(...STANDARD_CATALOGUE))
      .state();
  });

  it('is for communities only', () => {
    given(areaDecider, [added('STREET')])
      .when(publish(plumbing))
      .thenRejected('NOT_A_COMMUNITY');
  });

  it('keeps versions in the order of their times', () => {
    const next = { ...publish(plumbing), at: '2026-02-28T08:00:00.000Z' as Instant };
    given(areaDecider, [community, published(2)])
      .when(next)
      .thenRejected('OCCURRED_TOO_EARLY', { notBefore: at });
  });

  it('takes what is published now as the latest, though the clock is behind', () => {
    const behind = '2026-02-28T08:00:00.000Z' as Instant;
    given(areaDecider, [community, published(2)])
      .when({ ...publish(plumbing), at: behind, now: behind })
      .then(published(3));
  });

  it.each([
    ['no entry', [], 'entries'],
    ['a category twice', [plumbing, plumbing], 'entries.1.category'],
    ['a category in another form', [{ ...plumbing, category: 'water pipes' }], 'entries.0.category'],
    ['no name', [{ ...plumbing, name: '' }], 'entries.0.name'],
    ['an empty English name', [{ ...plumbing, englishName: '' }], 'entries.0.englishName'],
    ['no time at all', [{ ...plumbing, resolveWithin: 0 }], 'entries.0.resolveWithin'],
    ['half a millisecond', [{ ...plumbing, resolveWithin: MINUTE + 0.5 }], 'entries.0.resolveWithin'],
    ['more than a year', [{ ...plumbing, resolveWithin: 367 * DAY }], 'entries.0.resolveWithin'],
    ['a skill twice', [{ ...plumbing, skills: ['PLUMBING', 'PLUMBING'] }], 'entries.0.skills'],
    ['a skill in another form', [{ ...plumbing, skills: ['plumbing'] }], 'entries.0.skills'],
    ['too many entries', Array.from({ length: CATALOGUE_LIMITS.entries + 1 }, () => plumbing), 'entries'],
  ])('refuses %s', (_, entries, field) => {
    given(areaDecider, [community])
      .when(publish(...entries))
      .thenRejected('CATALOGUE_INVALID', { field });
  });
});

describe('setting the policy', () => {
  const policySet = (policy = DEFAULT_POLICY): AreaEvent => ({ type: 'PolicySet', data: { areaId, at, policy } });

  it('records the whole policy, so that a later default changes nothing', () => {
    given(areaDecider, [community])
      .when({ type: 'SetPolicy', ...times, changes: { openTaskLimit: 3, timeZone: undefined } })
      .then(policySet({ ...DEFAULT_POLICY, openTaskLimit: 3 }));
  });

  it('says nothing when nothing changes', () => {
    given(areaDecider, [community, policySet()])
      .when({ type: 'SetPolicy', ...times, changes: { openTaskLimit: DEFAULT_POLICY.openTaskLimit } })
      .thenNothing();
  });

  it('is for communities only', () => {
    given(areaDecider, [added('DISTRICT')])
      .when({ type: 'SetPolicy', ...times, changes: {} })
      .thenRejected('NOT_A_COMMUNITY');
  });

  it.each([
    ['acceptWindowOpen', { acceptWindowOpen: 0 }],
    ['claimLapse', { claimLapse: DEFAULT_POLICY.claimReminder }],
    ['openTaskLimit', { openTaskLimit: 0 }],
    ['openTaskLimit', { openTaskLimit: 1.5 }],
    ['openTaskLimit', { openTaskLimit: 1_001 }],
    ['timeZone', { timeZone: '' }],
  ])('refuses a %s that cannot be', (field, changes) => {
    given(areaDecider, [community])
      .when({ type: 'SetPolicy', ...times, changes })
      .thenRejected('POLICY_INVALID', { field });
  });
});
