// What an account may do where: roles are granted for an area and hold in everything below it.
import type { Instant } from '#libs/kernel';
import type { KnownAccount } from '../domain/account.decider.ts';
import type { RoleGrant } from '../domain/role.ts';

/** What the scopes of roles need to know of the tree of areas. */
export interface AreaScopes {
  /** True for the area itself and everything below it. */
  isWithin(areaId: string, ancestorId: string): boolean;
  communitiesWithin(areaId: string): readonly string[];
}

/** How a viewer was introduced. */
export interface Introduction {
  /** The session that introduced the viewer; undefined for a token of an identity provider. */
  readonly sessionId?: string | undefined;
  /** When an identity provider issued the token that introduced the viewer. */
  readonly issuedAt?: Instant | undefined;
  /** When the token that introduced the viewer ends. */
  readonly expiresAt?: Instant | undefined;
}

/** An active account as it stands now, and what it may do where: a grant covers its area and all areas below. */
export class AccountViewer implements Introduction {
  readonly accountId: string;
  readonly grants: readonly RoleGrant[];
  readonly volunteerId: string | undefined;
  readonly sessionId: string | undefined;
  readonly issuedAt: Instant | undefined;
  readonly expiresAt: Instant | undefined;
  readonly #areas: AreaScopes;

  constructor(account: KnownAccount, areas: AreaScopes, { sessionId, issuedAt, expiresAt }: Introduction) {
    this.accountId = account.accountId;
    this.grants = account.grants;
    this.volunteerId = account.volunteerId;
    this.sessionId = sessionId;
    this.issuedAt = issuedAt;
    this.expiresAt = expiresAt;
    this.#areas = areas;
  }

  may(roles: readonly string[], communityId: string): boolean {
    return this.grants.some(({ role, areaId }) => roles.includes(role) && this.#areas.isWithin(communityId, areaId));
  }

  communities(roles: readonly string[]): readonly string[] {
    const granted = this.grants.filter(({ role }) => roles.includes(role));
    return [...new Set(granted.flatMap(({ areaId }) => this.#areas.communitiesWithin(areaId)))];
  }
}
