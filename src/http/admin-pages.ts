import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Response, type Router } from 'express';

const MISSING = 'The admin pages are not built. Run "npm run build" and start the service again.';

/**
 * The admin app under /admin, from a folder that the build made.
 *
 * Files under assets/ carry a hash of their content in their name and never change; `index.html` is asked for each time
 * and is the answer to every address of a page, so a page can be reloaded and shared.
 */
export function createAdminPages(folder: string): Router {
  const router = express.Router();
  router.use(
    '/admin/assets',
    express.static(join(folder, 'assets'), { index: false, immutable: true, maxAge: '1y', redirect: false }),
  );
  router.use('/admin', express.static(folder, { index: false, redirect: false, setHeaders: askEachTime }));
  router.get(['/admin', '/admin/{*page}'], (request, response, next) => {
    // Calls under /admin, like the session's, are no pages.
    if (request.path === '/admin/session' || request.accepts(['json', 'html']) !== 'html') return next();
    // A file that is gone must not be answered with a page.
    if (request.path.startsWith('/admin/assets/')) return next();
    const index = join(folder, 'index.html');
    if (!existsSync(index)) return void response.status(503).type('text').send(MISSING);
    askEachTime(response);
    response.sendFile(index, { cacheControl: false });
  });
  return router;
}

function askEachTime(response: Response): void {
  response.setHeader('Cache-Control', 'no-cache');
}
