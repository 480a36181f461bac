import express, { type Router } from 'express';
import type { HttpDeps } from './deps';

/** `/healthz`: this process answers. `/readyz`: so does everything it needs, by part. Neither wants a token. */
export function createHealth({ readiness }: Pick<HttpDeps, 'readiness'>): Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', (_request, response, next) => {
    readiness()
      .then((parts) => {
        const isReady = Object.values(parts).every(Boolean);
        response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not_ready', parts });
      })
      .catch(next);
  });
  return router;
}
