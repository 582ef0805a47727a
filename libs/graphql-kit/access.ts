// Deny by default: a field answers only when it, or its type, carries a rule. The rules travel in the schema's
// extensions, so one walk over the schema can prove that none is missing.
import { Extensions } from '@nestjs/graphql';
import type { Viewer } from './viewer.ts';

export interface AccessRule {
  /** For the schema's walk and for error logs. */
  readonly name: string;
  /** False when the answer is the same for everyone who got hold of the parent object: such fields cost nothing. */
  readonly checked: boolean;
  /** Set for personal data: what is answered, in place of an error, to who has no right to it. */
  readonly hidden?: () => unknown;
  allows(viewer: Viewer | undefined, parent: unknown, args: Readonly<Record<string, unknown>>): boolean;
}

/** Everyone, signed in or not. */
export const anyone: AccessRule = { name: 'anyone', checked: false, allows: () => true };

/** Everyone who was given the parent object; the field that handed it out has decided. Not for root fields. */
export const inherited: AccessRule = { name: 'inherited', checked: false, allows: () => true };

export const signedIn: AccessRule = { name: 'signedIn', checked: true, allows: (viewer) => viewer !== undefined };

/**
 * Viewers holding one of the roles: in the parent object's community where it has a `communityId`, anywhere
 * otherwise. A resolver that acts on one community still asks `viewer.may(roles, communityId)`.
 */
export function roles(...wanted: readonly string[]): AccessRule {
  return {
    name: `roles(${wanted.join(', ')})`,
    checked: true,
    allows(viewer, parent) {
      if (!viewer) return false;
      const communityId = (parent as { communityId?: unknown } | null | undefined)?.communityId;
      if (typeof communityId === 'string') return viewer.may(wanted, communityId);
      return viewer.grants.some((grant) => wanted.includes(grant.role));
    },
  };
}

/** Who may see personal data of an object they were given. */
export interface PersonalRight {
  readonly name: string;
  allows(viewer: Viewer, parent: unknown): boolean;
}

/** Roles that work with people in the object's community, found by its `communityId`. */
export function worksWith(...wanted: readonly string[]): PersonalRight {
  return {
    name: `${wanted.join(', ')} of the community`,
    allows: (viewer, parent) => viewer.may(wanted, (parent as { communityId: string }).communityId),
  };
}

/** The volunteer the object names by its `volunteerId`. */
export const itsVolunteer: PersonalRight = {
  name: 'its volunteer',
  allows: ({ volunteerId }, parent) =>
    volunteerId !== undefined && volunteerId === (parent as { volunteerId?: unknown }).volunteerId,
};

/**
 * Personal data for viewers with one of the rights; to everybody else it is as if there were none.
 *
 * @param hidden what they are answered; default null
 */
export function personal(rights: readonly PersonalRight[], hidden: () => unknown = () => null): AccessRule {
  return {
    name: `personal: ${rights.map(({ name }) => name).join('; ')}`,
    checked: true,
    hidden,
    allows: (viewer, parent) => viewer !== undefined && rights.some((right) => right.allows(viewer, parent)),
  };
}

/** Personal data for all who were given the object: the field that handed it out has decided, and says who they are. */
export function personalTo(whom: string): AccessRule {
  return { name: `personal: ${whom}`, checked: false, hidden: () => null, allows: () => true };
}

const EXTENSION = 'access';

/** Puts a rule on an object type (for all of its fields), one of its fields, or a resolver's method. */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator & PropertyDecorator {
  return Extensions({ [EXTENSION]: rule });
}

/** The rule a part of the schema carries. */
export function ruleOf(part: { readonly extensions: Readonly<Record<string, unknown>> }): AccessRule | undefined {
  return part.extensions[EXTENSION] as AccessRule | undefined;
}
