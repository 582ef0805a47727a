// Deny by default: a field answers only when it, or its type, carries a rule. The rules travel in the schema's
// extensions, so one walk over the schema can prove that none is missing.
import { Extensions } from '@nestjs/graphql';
import type { Viewer } from './viewer.ts';

export interface AccessRule {
  /** For the schema's walk and for error logs. */
  readonly name: string;
  /** False when the answer is the same for everyone who got hold of the parent object: such fields cost nothing. */
  readonly checked: boolean;
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

const EXTENSION = 'access';

/** Puts a rule on an object type (for all of its fields), one of its fields, or a resolver's method. */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator & PropertyDecorator {
  return Extensions({ [EXTENSION]: rule });
}

/** The rule a part of the schema carries. */
export function ruleOf(part: { readonly extensions: Readonly<Record<string, unknown>> }): AccessRule | undefined {
  return part.extensions[EXTENSION] as AccessRule | undefined;
}
