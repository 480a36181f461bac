import { stringifySetCookie } from 'cookie';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { AppError } from '../domain/errors';
import { MINUTE_MS } from '../domain/time';
import { SESSION_MS } from '../usecases/sign-in';
import { createAttemptLimit } from './attempt-limit';
import { SESSION_COOKIE, sessionSecret } from './auth';
import type { HttpDeps } from './deps';
import { parse } from './route';
import { workflowsUrl } from './temporal-ui';

const PATH = '/admin/session';
const MOST_BYTES = 4 * 1024;
const MOST_WRONG = 10;

const signInBody = z.strictObject({ token: z.string({ error: 'expected the text of an API token' }).max(500) });

/**
 * Signing in to the admin pages, seeing who is signed in, and signing out.
 *
 * The session stands in a cookie that no script can read and no other site can make the browser send. After ten wrong
 * tokens in a minute an address has to wait.
 */
export function createSession(deps: Pick<HttpDeps, 'sessions' | 'catalogue' | 'clock' | 'temporalUi'>): Router {
  const { sessions, catalogue, temporalUi } = deps;
  const limit = createAttemptLimit({ most: MOST_WRONG, windowMs: MINUTE_MS, clock: deps.clock });
  const router = express.Router();
  router.use(PATH, express.json({ limit: MOST_BYTES, type: () => true, strict: false }));

  router.post(
    PATH,
    answer(async (request, response) => {
      refuseOtherSites(request);
      const from = request.socket.remoteAddress ?? '';
      const waitMs = limit.waitMs(from);
      if (waitMs > 0) throw tooMany(waitMs);
      const { token } = parse(signInBody, request.body, 'body');
      const signedIn = await sessions.signIn(token.trim());
      if (signedIn === null) {
        limit.noteWrong(from);
        throw new AppError(
          'unauthenticated',
          'This token does not let anybody in. Copy it again, or make another one.',
        );
      }
      if (!signedIn.principal.scopes.includes('read')) {
        await sessions.signOut(signedIn.secret);
        throw new AppError('forbidden', 'The admin pages need a token with the scope "read".');
      }
      setCookie(request, response, signedIn.secret, SESSION_MS);
      response.status(204).end();
    }),
  );

  router.get(
    PATH,
    answer(async (request, response) => {
      const secret = sessionSecret(request);
      const principal = secret === null ? null : await sessions.find(secret);
      const organization = principal === null ? null : await catalogue.getOrganization(principal.organizationId);
      if (principal === null || organization === null)
        throw new AppError('unauthenticated', 'Sign in with an API token.');
      response.json({
        name: principal.tokenName,
        scopes: principal.scopes,
        organization: { id: organization.id, name: organization.name },
        temporalUi: workflowsUrl(temporalUi),
      });
    }),
  );

  router.delete(
    PATH,
    answer(async (request, response) => {
      const secret = sessionSecret(request);
      if (secret !== null) await sessions.signOut(secret);
      setCookie(request, response, '', 0);
      response.status(204).end();
    }),
  );
  return router;
}

function answer(handle: (request: Request, response: Response) => Promise<void>): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    handle(request, response).catch(next);
  };
}

/** Another site must not sign a browser in as somebody else. Browsers say where a request comes from; others need not. */
function refuseOtherSites(request: Request): void {
  const from = request.get('sec-fetch-site');
  if (from !== undefined && from !== 'same-origin' && from !== 'none') {
    throw new AppError('forbidden', 'Sign in from the admin pages themselves.');
  }
}

function tooMany(waitMs: number): AppError {
  const retryAfterSeconds = Math.ceil(waitMs / 1_000);
  return new AppError('too_many_requests', `Too many wrong tokens. Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });
}

function setCookie(request: Request, response: Response, value: string, maxAgeMs: number): void {
  // A proxy that ends TLS says so; whoever lies about it only loses their own cookie.
  const isHttps = request.secure || /^https\b/i.test(request.get('x-forwarded-proto') ?? '');
  const cookie = stringifySetCookie({
    name: SESSION_COOKIE,
    value,
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: isHttps,
    maxAge: maxAgeMs / 1_000,
  });
  response.append('Set-Cookie', cookie);
}
