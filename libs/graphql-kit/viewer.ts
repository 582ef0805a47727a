import type { Instant } from '#libs/kernel';

/** What an account may do where: the role holds in the area and in every area below it. */
export interface Grant {
  readonly role: string;
  readonly areaId: string;
}

/**
 * The signed-in account as it stands now: looked up for every operation, never taken from the token, so that taking
 * a role away works at once.
 */
export interface Viewer {
  readonly accountId: string;
  readonly grants: readonly Grant[];
  /** Set when the account belongs to a volunteer. */
  readonly volunteerId?: string | undefined;
  /** The session that introduced the viewer, where it is one of ours. */
  readonly sessionId?: string | undefined;
  /** When an identity provider issued the token that introduced the viewer. */
  readonly issuedAt?: Instant | undefined;
  /** When the token that introduced the viewer ends; an open socket is closed then. */
  readonly expiresAt?: Instant | undefined;
  /** Whether any of these roles covers the community. */
  may(roles: readonly string[], communityId: string): boolean;
  /** Ids of the communities any of these roles covers. */
  communities(roles: readonly string[]): readonly string[];
}

/** Turns an access token into the viewer it stands for; `undefined` when it is not, or no longer, good. */
export interface Authenticator {
  authenticate(token: string): Promise<Viewer | undefined>;
}
