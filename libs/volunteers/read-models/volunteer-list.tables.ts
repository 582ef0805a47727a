// The tables behind the list of volunteers. Type aliases, not interfaces: only those count as rows of named columns.
import { counterTable, rowTable } from '#libs/projections';
import type { VolunteerStatus } from '../domain/volunteer.state.ts';

export type VolunteerRow = {
  readonly volunteerId: string;
  readonly communityId: string;
  /** As recorded; a suspension whose `suspendedUntil` has passed no longer holds. */
  readonly status: VolunteerStatus;
  /** 0 or 1. */
  readonly onDuty: number;
  readonly suspendedUntil: string | null;
  /** `string[]` as JSON. */
  readonly skills: string;
  readonly openTasks: number;
  /** Sealed, like `phone`; null once the person was erased. */
  readonly name: string | null;
  readonly phone: string | null;
  readonly registeredAt: string;
  readonly revision: number;
};

const text = { type: 'text' } as const;
const optional = { type: 'text', nullable: true } as const;
const integer = { type: 'integer' } as const;

export const volunteerList = rowTable<VolunteerRow>({
  name: 'volunteerList',
  columns: {
    volunteerId: text,
    communityId: text,
    status: text,
    onDuty: integer,
    suspendedUntil: optional,
    skills: text,
    openTasks: integer,
    name: optional,
    phone: optional,
    registeredAt: text,
    revision: integer,
  },
  key: ['volunteerId'],
  indexes: [
    ['communityId', 'registeredAt', 'volunteerId'],
    ['communityId', 'status', 'registeredAt', 'volunteerId'],
    ['communityId', 'onDuty', 'registeredAt', 'volunteerId'],
    ['communityId', 'status', 'onDuty', 'registeredAt', 'volunteerId'],
  ],
});

/** A volunteer once for each skill, with what is filtered by beside it. */
export type VolunteerSkillRow = Pick<
  VolunteerRow,
  'volunteerId' | 'communityId' | 'status' | 'onDuty' | 'suspendedUntil' | 'registeredAt'
> & { readonly skill: string };

export const volunteerSkill = rowTable<VolunteerSkillRow>({
  name: 'volunteerSkill',
  columns: {
    volunteerId: text,
    skill: text,
    communityId: text,
    status: text,
    onDuty: integer,
    suspendedUntil: optional,
    registeredAt: text,
  },
  key: ['volunteerId', 'skill'],
  indexes: [
    ['communityId', 'skill', 'registeredAt', 'volunteerId'],
    ['communityId', 'skill', 'status', 'registeredAt', 'volunteerId'],
    ['communityId', 'skill', 'onDuty', 'registeredAt', 'volunteerId'],
    ['communityId', 'skill', 'status', 'onDuty', 'registeredAt', 'volunteerId'],
  ],
});

/** How many volunteers there are: for each skill, and under `ANY_SKILL` each volunteer once. */
export type VolunteerCount = {
  readonly communityId: string;
  readonly skill: string;
  readonly status: VolunteerStatus;
  readonly onDuty: number;
  readonly volunteers: number;
};

export const ANY_SKILL = '';

export const volunteerCount = counterTable<VolunteerCount>({
  name: 'volunteerCount',
  columns: { communityId: text, skill: text, status: text, onDuty: integer, volunteers: integer },
  key: ['communityId', 'skill', 'status', 'onDuty'],
});
