import { randomBytes } from 'node:crypto';
import { HOUR_MS, type Instant } from '../domain/time';
import type { Catalogue, Principal } from './catalogue';
import { hashToken } from './create-organization';

/** How long somebody stays signed in to the admin pages. */
export const SESSION_MS = 12 * HOUR_MS;

/** The ledger's side of it. Secrets come as SHA-256 only. */
export interface AdminSessions {
  /** Also deletes the sessions that are over. */
  save(session: {
    readonly id: string;
    readonly secretHash: string;
    readonly tokenId: string;
    readonly now: Instant;
    readonly expiresAt: Instant;
  }): Promise<void>;
  /** Whom the session lets in, or null: unknown, over, or its token was revoked. */
  find(secretHash: string, now: Instant): Promise<Principal | null>;
  delete(secretHash: string): Promise<void>;
}

export interface SignedIn {
  readonly principal: Principal;
  /** Shown this once; only its SHA-256 is kept. */
  readonly secret: string;
}

/** Signing in to the admin pages: an API token is exchanged for a session, so the browser need not keep the token. */
export interface SignIn {
  /** Null for a token that lets nobody in. */
  signIn(token: string): Promise<SignedIn | null>;
  find(secret: string): Promise<Principal | null>;
  signOut(secret: string): Promise<void>;
}

export function createSignIn(deps: {
  readonly catalogue: Pick<Catalogue, 'findPrincipal'>;
  readonly sessions: AdminSessions;
  readonly clock: () => Instant;
  readonly newId: () => string;
}): SignIn {
  const { sessions, clock } = deps;
  return {
    async signIn(token) {
      const principal = await deps.catalogue.findPrincipal(hashToken(token));
      if (principal === null) return null;
      const secret = randomBytes(32).toString('base64url');
      const now = clock();
      await sessions.save({
        id: deps.newId(),
        secretHash: hashToken(secret),
        tokenId: principal.tokenId,
        now,
        expiresAt: now + SESSION_MS,
      });
      return { principal, secret };
    },
    find: (secret) => sessions.find(hashToken(secret), clock()),
    signOut: (secret) => sessions.delete(hashToken(secret)),
  };
}
