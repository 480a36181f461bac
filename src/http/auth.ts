import { parseCookie } from 'cookie';
import type { Request } from 'express';
import { AppError } from '../domain/errors';
import type { Catalogue, Principal, Scope } from '../usecases/catalogue';
import { hashToken } from '../usecases/create-organization';
import type { SignIn } from '../usecases/sign-in';

export const SESSION_COOKIE = 'latchkey_session';
/** A page of another site cannot set a header of its own, so this shows that a change comes from the admin pages. */
export const ADMIN_HEADER = 'x-latchkey-admin';

export interface AuthDeps {
  readonly catalogue: Pick<Catalogue, 'findPrincipal'>;
  readonly sessions: Pick<SignIn, 'find'>;
}

/**
 * Who sent the request, by its bearer token or, without one, by its admin session, if they have the scope.
 *
 * A session acts for the token it was signed in with. Whatever changes something by session must carry the header
 * `X-Latchkey-Admin: 1`.
 *
 * @throws AppError unauthenticated, forbidden
 */
export async function authenticate(deps: AuthDeps, request: Request, scope: Scope): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
  const principal =
    token === undefined ? await bySession(deps, request) : await deps.catalogue.findPrincipal(hashToken(token));
  if (principal === null) {
    throw new AppError('unauthenticated', 'Send a valid API token as "Authorization: Bearer TOKEN".');
  }
  if (!principal.scopes.includes(scope)) {
    throw new AppError('forbidden', `This needs a token with the scope "${scope}".`);
  }
  return principal;
}

/** The secret of the admin session that the browser sent, or null. */
export function sessionSecret(request: Request): string | null {
  return parseCookie(request.get('cookie') ?? '')[SESSION_COOKIE] ?? null;
}

async function bySession({ sessions }: AuthDeps, request: Request): Promise<Principal | null> {
  const secret = sessionSecret(request);
  const principal = secret === null ? null : await sessions.find(secret);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (principal !== null && !isRead && request.get(ADMIN_HEADER) !== '1') {
    throw new AppError('forbidden', 'A change by session needs the header "X-Latchkey-Admin: 1".');
  }
  return principal;
}
