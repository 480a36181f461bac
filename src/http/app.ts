import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { AppError } from '../domain/errors';
import type { Logger } from '../logger';
import { projectRoot } from '../project-root';
import { createAdminPages } from './admin-pages';
import type { HttpDeps } from './deps';
import { createDocs } from './docs';
import { createHealth } from './health';
import { createOpenApi } from './openapi';
import { createErrorHandler } from './problems';
import { mount, type AnyRoute } from './route';
import { bookingRoutes } from './routes/bookings';
import { doorMappingFileRoutes } from './routes/door-mapping-files';
import { connectionRoutes } from './routes/connections';
import { doorMappingRoutes } from './routes/door-mappings';
import { integrationRoutes } from './routes/integrations';
import { locationRoutes } from './routes/locations';
import { kisiDoorRoutes } from './routes/kisi-doors';
import { memberRoutes } from './routes/members';
import { organizationRoutes } from './routes/organization';
import { overviewRoutes } from './routes/overview';
import { passTypeRoutes, planRoutes } from './routes/plans';
import { previewRoutes } from './routes/previews';
import { receiptRoutes } from './routes/receipts';
import { resourceRoutes } from './routes/resources';
import { teamRoutes } from './routes/teams';
import { createSession } from './session';

/** Every route of the API; each wants a token. */
export const apiRoutes: readonly AnyRoute[] = [
  ...bookingRoutes,
  ...memberRoutes,
  ...teamRoutes,
  ...receiptRoutes,
  ...locationRoutes,
  ...resourceRoutes,
  ...planRoutes,
  ...passTypeRoutes,
  // Before the mappings: `export` is not the id of one.
  ...doorMappingFileRoutes,
  ...doorMappingRoutes,
  ...previewRoutes,
  ...integrationRoutes,
  ...kisiDoorRoutes,
  ...connectionRoutes,
  ...organizationRoutes,
  ...overviewRoutes,
];

const MOST_BYTES = 256 * 1024;

/** The API as an Express app: no state of its own, any number may run. */
export function createApp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // `?state=a&state=b` is a list; nested objects are never meant.
  app.set('query parser', 'simple');
  app.use(security());
  app.use(logRequests(deps.logger));
  app.use(createHealth(deps));
  app.use(createSession(deps));
  app.use(createDocs(createOpenApi(apiRoutes)));
  app.use(createAdminPages(join(projectRoot(), 'dist', 'admin')));
  for (const { method, path, maxBytes } of apiRoutes) {
    if (maxBytes !== undefined) app[method](path, readJsonBody(maxBytes));
  }
  app.use(readJsonBody(MOST_BYTES));
  for (const one of apiRoutes) mount(app, deps, one);
  app.use((_request, _response, next) =>
    next(new AppError('not_found', 'There is nothing at this address. See /docs.')),
  );
  app.use(createErrorHandler(deps));
  return app;
}

/** Whoever was read by another before is left alone. */
function readJsonBody(limit: number): RequestHandler {
  return express.json({ limit, type: () => true, strict: false });
}

function security(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The documentation page sets styles from its script and shows small images as data.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // Plain HTTP is how the embedded default and a proxied server are reached.
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
}

function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    response.locals['requestId'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    const startedAt = performance.now();
    response.on('finish', () => {
      const durationMs = Math.round(performance.now() - startedAt);
      // The route, not the path: ids of bookings and people stay out of the log.
      const route: unknown = request.route;
      const known = typeof route === 'object' && route !== null && 'path' in route ? route.path : null;
      logger.debug(
        { requestId, method: request.method, route: known, status: response.statusCode, durationMs },
        'request',
      );
    });
    next();
  };
}
