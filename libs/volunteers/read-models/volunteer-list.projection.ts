// Volunteers as the office sees them. List, skills and counts change in one transaction, so a page and its total
// never disagree. Names and phones stay sealed.
import type { PersonKeyDestroyed } from '#libs/erasures';
import { erasureCodec } from '#libs/erasures';
import type { DecodedEvent } from '#libs/event-store';
import type { Projection, RowSet } from '#libs/projections';
import { volunteerCodec } from '../codec/volunteer.codec.ts';
import type { VolunteerEvent, VolunteerRegistered } from '../domain/volunteer.events.ts';
import type { VolunteerRow } from './volunteer-list.tables.ts';
import { ANY_SKILL, volunteerCount, volunteerList, volunteerSkill } from './volunteer-list.tables.ts';

export const volunteerListProjection: Projection<VolunteerEvent | PersonKeyDestroyed> = {
  name: 'volunteer-list',
  version: 2,
  tables: [volunteerList, volunteerSkill, volunteerCount],
  codecs: [volunteerCodec, erasureCodec],
  handles: [...volunteerCodec.types, 'PersonKeyDestroyed'],
  keys: (event) => {
    if (event.type !== 'PersonKeyDestroyed') return [[volunteerList, event.data.volunteerId]];
    return event.data.subject.kind === 'VOLUNTEER' ? [[volunteerList, event.data.subject.id]] : [];
  },

  apply(event, rows) {
    if (event.type === 'PersonKeyDestroyed') {
      blank(event.data, rows);
      return;
    }
    const before = rows.get(volunteerList, event.data.volunteerId);
    if (before && event.revision <= before.revision) return;
    const changed = event.type === 'VolunteerRegistered' ? firstRow(event.data) : before && after(before, event);
    if (!changed) return;
    const row = { ...changed, revision: event.revision };
    if (before && isListedAlike(before, row)) {
      rows.put(volunteerList, row);
      return;
    }
    if (before) withdraw(before, rows);
    list(row, rows);
  },
};

/** What is found and counted by stays as it was. */
function blank({ subject }: PersonKeyDestroyed['data'], rows: RowSet): void {
  const row = subject.kind === 'VOLUNTEER' ? rows.get(volunteerList, subject.id) : undefined;
  if (row) rows.put(volunteerList, { ...row, name: null, phone: null });
}

function firstRow({ volunteerId, communityId, name, phone, skills, at }: VolunteerRegistered['data']): VolunteerRow {
  return {
    ...{ volunteerId, communityId, status: 'REGISTERED', onDuty: 0, suspendedUntil: null },
    ...{ skills: JSON.stringify(skills), openTasks: 0, name, phone, registeredAt: at, revision: 0 },
  };
}

function after(row: VolunteerRow, event: DecodedEvent<Exclude<VolunteerEvent, VolunteerRegistered>>): VolunteerRow {
  switch (event.type) {
    case 'VolunteerVerified':
    case 'VolunteerReinstated':
      return { ...row, status: 'VERIFIED', suspendedUntil: null };
    case 'VolunteerSuspended':
      return { ...row, status: 'SUSPENDED', suspendedUntil: event.data.until };
    case 'VolunteerSkillsSet':
      return { ...row, skills: JSON.stringify(event.data.skills) };
    case 'VolunteerDutySet':
      return { ...row, onDuty: event.data.onDuty ? 1 : 0 };
    case 'VolunteerContactCorrected': {
      const { name = row.name, phone = row.phone } = event.data;
      return { ...row, name, phone };
    }
    case 'TaskSlotReserved':
      return { ...row, openTasks: row.openTasks + 1 };
    case 'TaskSlotFreed':
      return { ...row, openTasks: row.openTasks - 1 };
  }
}

/** Whether the two are found by the same filters. */
function isListedAlike(a: VolunteerRow, b: VolunteerRow): boolean {
  return (
    a.status === b.status && a.onDuty === b.onDuty && a.suspendedUntil === b.suspendedUntil && a.skills === b.skills
  );
}

function list(row: VolunteerRow, rows: RowSet): void {
  const { volunteerId, communityId, status, onDuty, suspendedUntil, registeredAt } = row;
  rows.put(volunteerList, row);
  count(row, 1, rows);
  for (const skill of skillsOf(row)) {
    rows.put(volunteerSkill, { volunteerId, skill, communityId, status, onDuty, suspendedUntil, registeredAt });
  }
}

function withdraw(row: VolunteerRow, rows: RowSet): void {
  count(row, -1, rows);
  for (const skill of skillsOf(row)) rows.remove(volunteerSkill, row.volunteerId, skill);
}

function count(row: VolunteerRow, volunteers: number, rows: RowSet): void {
  const { communityId, status, onDuty } = row;
  for (const skill of [ANY_SKILL, ...skillsOf(row)]) {
    rows.add(volunteerCount, { communityId, skill, status, onDuty, volunteers });
  }
}

function skillsOf({ skills }: VolunteerRow): string[] {
  return JSON.parse(skills) as string[];
}
