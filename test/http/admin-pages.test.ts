import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import request from 'supertest';
import { createAdminPages } from '../../src/http/admin-pages';

describe('serving the admin pages', () => {
  let folder: string;
  const app = () => express().use(createAdminPages(folder));
  const asBrowser = (path: string) =>
    request(app()).get(path).set('Accept', 'text/html,application/xhtml+xml,*/*;q=0.8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'admin-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<title>Latchkey</title>');
    writeFileSync(join(folder, 'assets', 'index-abc.js'), 'start()');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers the address of any page with the app, which is asked for each time', async () => {
    for (const path of [
      '/admin',
      '/admin/',
      '/admin/resources/access-control-door-mappings',
      '/admin/bookings?state=active',
    ]) {
      const { status, text, headers } = await asBrowser(path);
      expect([path, status, text]).toEqual([path, 200, '<title>Latchkey</title>']);
      expect(headers['cache-control']).toBe('no-cache');
    }
  });

  it('lets browsers keep files with a hash in their name for ever', async () => {
    const { status, headers } = await request(app()).get('/admin/assets/index-abc.js');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('does not answer a missing file, a call or another address with a page', async () => {
    expect((await asBrowser('/admin/assets/index-old.js')).status).toBe(404);
    expect((await asBrowser('/admin/session')).status).toBe(404);
    expect((await request(app()).get('/admin/bookings').set('Accept', 'application/json')).status).toBe(404);
    expect((await asBrowser('/v1/bookings')).status).toBe(404);
  });

  it('says how to build the pages when they are missing', async () => {
    const empty = express().use(createAdminPages(join(folder, 'nowhere')));
    const { status, text } = await request(empty).get('/admin/').set('Accept', 'text/html');
    expect(status).toBe(503);
    expect(text).toContain('npm run build');
  });
});
