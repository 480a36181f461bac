import type { Request } from 'express';
import { AppError } from '../domain/errors';
import type { Catalogue, Principal, Scope } from '../usecases/catalogue';
import { hashToken } from '../usecases/create-organization';

/**
 * Who sent the request, by its bearer token, if the token has the scope.
 *
 * @throws AppError unauthenticated, forbidden
 */
export async function authenticate(
  catalogue: Pick<Catalogue, 'findPrincipal'>,
  request: Request,
  scope: Scope,
): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
  const principal = token === undefined ? null : await catalogue.findPrincipal(hashToken(token));
  if (principal === null) {
    throw new AppError('unauthenticated', 'Send a valid API token as "Authorization: Bearer TOKEN".');
  }
  if (!principal.scopes.includes(scope)) {
    throw new AppError('forbidden', `This needs a token with the scope "${scope}".`);
  }
  return principal;
}
