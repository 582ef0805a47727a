/** Who uses the system. A role is granted for an area and holds there and in every area below. */
export const ROLES = [
  'RESIDENT',
  'OFFICE',
  'SUPERVISOR',
  'VOLUNTEER',
  'TEAM_LEAD',
  'DEPARTMENT',
  'AUDITOR',
  'ADMINISTRATOR',
] as const;

export type Role = (typeof ROLES)[number];

export interface RoleGrant {
  readonly role: Role;
  readonly areaId: string;
}
