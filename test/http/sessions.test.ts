import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import type { Scope } from '../../src/usecases/catalogue';
import { startOffice, type Office } from '../support/office';

const HOUR_MS = 3_600_000;

describe('signing in to the admin pages', () => {
  let office: Office;
  let app: Express;
  const cookieOf = (answer: request.Response): string => String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
  const signIn = (token: string, to: Express = app) => request(to).post('/admin/session').send({ token });
  const locations = (cookie: string) => request(app).get('/v1/locations').set('Cookie', cookie);

  beforeAll(async () => {
    office = await startOffice();
  });
  beforeEach(() => {
    app = createApp(office.latchkey.http);
  });
  afterAll(() => office.stop());

  it('exchanges a token for a cookie that no script and no other site can use', async () => {
    const answer = await signIn(office.token);
    expect(answer.status).toBe(204);
    const [cookie] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^latchkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(office.token);
    const seen = await request(app).get('/admin/session').set('Cookie', cookieOf(answer));
    expect([seen.status, seen.body]).toEqual([
      200,
      {
        name: 'First token',
        scopes: ['events', 'read', 'operate', 'admin'],
        organization: { id: office.organizationId, name: 'Test' },
        temporalUi: null,
      },
    ]);
    expect((await locations(cookieOf(answer))).status).toBe(200);
  });

  it('keeps only a hash of what the cookie holds', async () => {
    const secret = cookieOf(await signIn(office.token)).split('=')[1] ?? '';
    const rows = await office.ledger.prisma.adminSession.findMany();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('marks the cookie as secure when the request came over https', async () => {
    const answer = await signIn(office.token).set('X-Forwarded-Proto', 'https');
    expect(answer.headers['set-cookie']?.[0]).toContain('Secure');
  });

  it('says 401 to a wrong token, and to no session', async () => {
    const wrong = await signIn('lk_wrong');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'unauthenticated']);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect((await request(app).get('/admin/session')).status).toBe(401);
    expect((await locations('latchkey_session=made-up')).status).toBe(401);
  });

  it('names the field when there is no token in the body', async () => {
    const answer = await request(app).post('/admin/session').send({});
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'token']);
  });

  it('wants a token that may read', async () => {
    const answer = await signIn(await office.makeToken(['events']));
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('does not let another site sign a browser in', async () => {
    const answer = await signIn(office.token).set('Sec-Fetch-Site', 'cross-site');
    expect(answer.status).toBe(403);
    expect((await signIn(office.token).set('Sec-Fetch-Site', 'same-origin')).status).toBe(204);
  });

  it('lets a change through only with the header that other sites cannot set', async () => {
    const cookie = cookieOf(await signIn(office.token));
    const change = () =>
      request(app).put('/v1/locations/paris').set('Cookie', cookie).send({ name: 'Paris', timeZone: 'Europe/Paris' });
    expect((await change()).body).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await office.latchkey.http.catalogue.getLocation(office.organizationId, 'paris')).toBeNull();
    expect((await change().set('X-Latchkey-Admin', '1')).status).toBe(200);
    const [entry] = await office.ledger.prisma.auditEntry.findMany({ where: { subject: 'paris' } });
    expect(entry).toMatchObject({ actor: 'First token', action: 'location_saved' });
  });

  it('lets a session do what its token may, and no more', async () => {
    const cookie = cookieOf(await signIn(await office.makeToken(['read'])));
    const change = await request(app)
      .put('/v1/locations/rome')
      .set({ Cookie: cookie, 'X-Latchkey-Admin': '1' })
      .send({ name: 'Rome', timeZone: 'Europe/Rome' });
    expect(change.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await locations(cookie)).status).toBe(200);
  });

  it('goes by the bearer token where there are both', async () => {
    const cookie = cookieOf(await signIn(office.token));
    const wrong = await locations(cookie).set('Authorization', 'Bearer lk_wrong');
    expect(wrong.status).toBe(401);
    const read = await office.makeToken(['read']);
    const tokens = await request(app)
      .get('/v1/api-tokens')
      .set({ Cookie: cookie, Authorization: `Bearer ${read}` });
    expect(tokens.status).toBe(403);
  });

  it('signs out, and forgets the cookie', async () => {
    const cookie = cookieOf(await signIn(office.token));
    const out = await request(app).delete('/admin/session').set('Cookie', cookie);
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([
      204,
      'latchkey_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    ]);
    expect((await locations(cookie)).status).toBe(401);
    expect((await request(app).delete('/admin/session').set('Cookie', cookie)).status).toBe(204);
  });

  it('ends the sessions of a token that is revoked', async () => {
    const actor = { organizationId: office.organizationId, name: 'test' };
    const made = await office.latchkey.http.makeToken(actor, { name: 'brief', scopes: ['read'], sourceId: null });
    if (made === 'unknown_source') throw new Error('no source');
    const cookie = cookieOf(await signIn(made.token));
    expect((await locations(cookie)).status).toBe(200);
    await office.latchkey.http.catalogue.revokeToken(actor, made.id, Date.now());
    expect((await locations(cookie)).status).toBe(401);
    expect((await signIn(made.token)).status).toBe(401);
  });

  it('ends after twelve hours, and is deleted at the next sign-in', async () => {
    const cookie = cookieOf(await signIn(office.token));
    office.skip(12 * HOUR_MS - 1_000);
    expect((await locations(cookie)).status).toBe(200);
    office.skip(1_000);
    expect((await locations(cookie)).status).toBe(401);
    await signIn(office.token);
    expect(await office.ledger.prisma.adminSession.count()).toBe(1);
  });

  it('makes an address wait after ten wrong tokens, for a minute', async () => {
    for (let count = 0; count < 10; count += 1) expect((await signIn(`lk_${count}`)).status).toBe(401);
    const refused = await signIn(office.token);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    office.skip(61_000);
    expect((await signIn(office.token)).status).toBe(204);
  });

  it('lets two sign in with one token at once', async () => {
    const cookies = (await Promise.all([signIn(office.token), signIn(office.token)])).map(cookieOf);
    expect(new Set(cookies).size).toBe(2);
    for (const cookie of cookies) expect((await locations(cookie)).status).toBe(200);
  });

  it('writes neither the token nor the cookie into the log', async () => {
    office.log.length = 0;
    const cookie = cookieOf(await signIn(office.token));
    await locations(cookie);
    await signIn('lk_wrong-and-secret');
    const log = office.log.join('');
    expect(log).toContain('/admin/session');
    for (const secret of [office.token, cookie.split('=')[1] ?? '', 'lk_wrong-and-secret'])
      expect(log).not.toContain(secret);
  });

  const all: readonly Scope[] = ['events', 'read', 'operate', 'admin'];
  it('keeps the sessions of two organizations apart', async () => {
    const other = await office.latchkey.createOrganization('Other');
    const cookie = cookieOf(await signIn(other.token));
    expect((await locations(cookie)).body.items).toEqual([]);
    expect((await request(app).get('/admin/session').set('Cookie', cookie)).body).toMatchObject({
      scopes: all,
      organization: { name: 'Other' },
    });
  });
});
