import type { Express } from 'express';
import request from 'supertest';
import { apiRoutes, createApp } from '../../src/http/app';
import { startWorld, THAMES, type World } from '../support/world';

const booking = {
  status: 'confirmed',
  payment: 'paid',
  resourceId: 'thames',
  member: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
  startsAt: '2030-05-04T09:00:00+01:00',
  endsAt: '2030-05-04T10:00:00+01:00',
};

const guest = (id: string) => ({ email: `${id}@guests.example`, name: id });

describe('the API', () => {
  let world: World;
  let app: Express;
  let token: string;
  let otherToken: string;
  const put = (id: string, body: unknown, as = token) =>
    request(app)
      .put(`/v1/bookings/${id}`)
      .set('Authorization', `Bearer ${as}`)
      .send(body as object);
  const get = (path: string, as = token) => request(app).get(path).set('Authorization', `Bearer ${as}`);

  beforeAll(async () => {
    world = await startWorld();
    await world.map('thames', THAMES.group);
    app = createApp(world.latchkey.http);
    const actor = { organizationId: world.organizationId, name: 'test' };
    const scopes = ['events', 'read', 'operate', 'admin'] as const;
    const made = await world.latchkey.http.makeToken(actor, { name: 'all', scopes, sourceId: null });
    if (made === 'unknown_source') throw new Error('no source');
    token = made.token;
    otherToken = (await world.latchkey.createOrganization('Other')).token;
  });
  afterAll(() => world.stop());

  it.each(apiRoutes.map((one) => [one.method, one.path] as const))('wants a token for %s %s', async (method, path) => {
    const answer = await request(app)[method](path.replace(':id', 'x')).send({});
    expect(answer.status).toBe(401);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'unauthenticated', status: 401 });
    const wrong = await request(app)[method](path.replace(':id', 'x')).set('Authorization', 'Bearer lk_wrong').send({});
    expect(wrong.status).toBe(401);
  });

  it('accepts a booking and shows what became of it', async () => {
    const accepted = await put('b-1', booking);
    expect([accepted.status, accepted.body]).toMatchObject([202, { id: 'b-1', source: 'default', result: 'applied' }]);
    await world.latchkey.drain();
    await world.settle();
    const seen = await get('/v1/bookings/b-1');
    expect(seen.body).toMatchObject({
      state: 'scheduled',
      timeZone: 'Europe/London',
      startsAt: '2030-05-04T08:00:00.000Z',
    });
    expect(seen.body.doors).toMatchObject([{ groupId: THAMES.group, state: 'scheduled' }]);
  });

  it('answers 200 for a duplicate and for an older version', async () => {
    await put('b-2', { ...booking, version: 2 });
    expect((await put('b-2', { ...booking, version: 2 })).body).toMatchObject({ result: 'duplicate' });
    const stale = await put('b-2', { ...booking, version: 1, status: 'pending' });
    expect([stale.status, stale.body]).toMatchObject([200, { ignored: 'stale' }]);
  });

  it.each([
    ['an end before the start', { endsAt: '2030-05-04T08:00:00+01:00' }, 'endsAt'],
    ['a date without offset', { startsAt: '2030-05-04T09:00:00' }, 'startsAt'],
    ['an unknown resource', { resourceId: 'nowhere' }, 'resourceId'],
    ['an unknown status', { status: 'maybe' }, 'status'],
    ['a guest with the address of the member', { guests: [{ email: 'Ada@example.com', name: 'A' }] }, 'guests.0.email'],
    ['a guest twice', { guests: [guest('g'), guest('h'), guest('g')] }, 'guests.2.email'],
    [
      'more guests than the organization allows',
      { guests: Array.from({ length: 11 }, (_, n) => guest(`${n}`)) },
      'guests',
    ],
    ['a wrong address', { member: { ...booking.member, email: 'ada' } }, 'member.email'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a version of another kind', { version: 1.5 }, 'version'],
  ])('names the field for %s', async (_what, change, field) => {
    const answer = await put('bad', { ...booking, ...change });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ field, message: expect.any(String) });
    expect((await get('/v1/bookings/bad')).status).toBe(404);
  });

  it('says what was expected where a field is missing', async () => {
    const { member: _member, ...rest } = booking;
    const answer = await put('bad', rest);
    expect([answer.status, answer.body.errors]).toEqual([422, [{ field: 'member', message: 'expected an object' }]]);
  });

  it.each([
    ['slashes', 'a%2Fb'],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('refuses an id with %s', async (_what, id) => {
    const answer = await put(id, booking);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'id']);
  });

  it('refuses what is not JSON, and a body over the limit', async () => {
    const broken = await request(app)
      .put('/v1/bookings/broken')
      .set({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' })
      .send('{"status": ');
    expect([broken.status, broken.body.code]).toEqual([400, 'invalid_json']);
    const long = await put('long', { ...booking, note: 'x'.repeat(300_000) });
    expect([long.status, long.body.code]).toEqual([413, 'body_too_large']);
  });

  it('shows nothing of one organization to another', async () => {
    await put('secret', booking);
    expect((await get('/v1/bookings/secret', otherToken)).status).toBe(404);
    expect((await get('/v1/bookings', otherToken)).body.items).toEqual([]);
    expect((await get('/v1/resources', otherToken)).body.items).toEqual([]);
    expect((await get(`/v1/integrations/${world.integrationId}`, otherToken)).status).toBe(404);
  });

  it('lets a token do what its scopes say, for its own source', async () => {
    const actor = { organizationId: world.organizationId, name: 'test' };
    const events = await world.latchkey.http.makeToken(actor, { name: 'e', scopes: ['events'], sourceId: 'default' });
    const read = await world.latchkey.http.makeToken(actor, { name: 'r', scopes: ['read'], sourceId: null });
    if (events === 'unknown_source' || read === 'unknown_source') throw new Error('no source');
    expect((await put('scoped', booking, events.token)).status).toBe(202);
    expect((await get('/v1/bookings/scoped', events.token)).body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await put('scoped', booking, read.token)).body).toMatchObject({ status: 403, code: 'forbidden' });
    const another = await request(app)
      .put('/v1/bookings/scoped?source=another')
      .set('Authorization', `Bearer ${events.token}`)
      .send(booking);
    expect([another.status, another.body.errors[0].field]).toEqual([422, 'source']);
    const change = await request(app)
      .put('/v1/locations/london')
      .set('Authorization', `Bearer ${events.token}`)
      .send({ name: 'Mine', timeZone: 'UTC' });
    expect(change.status).toBe(403);
  });

  it('takes a request with one Idempotency-Key once, and refuses the key for another', async () => {
    const keyed = (body: object) =>
      request(app)
        .put('/v1/bookings/keyed')
        .set({ Authorization: `Bearer ${token}`, 'Idempotency-Key': 'once' })
        .send(body);
    expect((await keyed(booking)).status).toBe(202);
    const again = await keyed(booking);
    expect([again.status, again.body.result]).toEqual([200, 'duplicate']);
    const other = await keyed({ ...booking, status: 'pending' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('keeps a payment for a booking that nobody has mentioned, and shows it as unknown', async () => {
    const paid = await request(app)
      .post('/v1/bookings/unheard/payment')
      .set('Authorization', `Bearer ${token}`)
      .send({ payment: 'paid' });
    expect(paid.status).toBe(202);
    await world.settle();
    const seen = await get('/v1/bookings/unheard');
    expect(seen.body.problems).toMatchObject([{ code: 'booking_unknown', remedy: expect.any(String) }]);
    expect((await get('/v1/bookings?problem=booking_unknown')).body.items).toMatchObject([{ id: 'unheard' }]);
    await put('unheard', { ...booking, payment: 'due' });
    await world.settle();
    expect((await get('/v1/bookings/unheard')).body).toMatchObject({ state: 'scheduled', problems: [] });
  });

  it('accepts a booking of a room without a door, which waits and says why', async () => {
    expect((await put('no-door', { ...booking, resourceId: 'unmapped' })).status).toBe(202);
    await world.settle();
    const seen = await get('/v1/bookings/no-door');
    expect(seen.body).toMatchObject({ state: 'blocked', problems: [{ code: 'mapping_missing' }], doors: [] });
  });

  it.each([
    ['/v1/bookings?state=sleeping', 'state'],
    ['/v1/bookings?problem=headache', 'problem'],
    ['/v1/bookings?limit=0', 'limit'],
    ['/v1/bookings?from=yesterday', 'from'],
    ['/v1/bookings?color=red', 'color'],
  ])('names what is wrong in %s', async (path, field) => {
    const answer = await get(path);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });

  it.each([
    ['a zone that is none', '/v1/locations/x', { name: 'X', timeZone: 'Mars/Base' }, 'timeZone'],
    ['a location that is none', '/v1/resources/x', { name: 'X', kind: 'room', locationId: 'mars' }, 'locationId'],
    ['a kind that is none', '/v1/resources/x', { name: 'X', kind: 'boat', locationId: 'london' }, 'kind'],
    ['no body at all', '/v1/locations/x', undefined, ''],
  ])('names the field for %s', async (_what, path, body, field) => {
    const answer = await request(app).put(path).set('Authorization', `Bearer ${token}`).send(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ field: expect.stringContaining(field), message: expect.any(String) });
  });

  it('pages through all bookings, whatever the size of a page', async () => {
    const all = (await get('/v1/bookings?limit=200')).body.items.map((one: { id: string }) => one.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await get(`/v1/bookings?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.items.map((one: { id: string }) => one.id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(all);
    expect((await get('/v1/bookings?cursor=nonsense!')).status).toBe(422);
  });

  it('documents every route, and shows it', async () => {
    const { body } = await request(app).get('/openapi.json');
    for (const one of apiRoutes) expect(body.paths[one.path.replace(/:(\w+)/g, '{$1}')]).toHaveProperty(one.method);
    expect((await request(app).get('/docs')).text).toContain('swagger-ui');
  });

  it('refuses a change of what somebody else changed meanwhile', async () => {
    const seen = await get('/v1/locations/london');
    const change = (tag: string) =>
      request(app)
        .put('/v1/locations/london')
        .set({ Authorization: `Bearer ${token}`, 'If-Match': tag })
        .send({ name: 'London', timeZone: 'Europe/London' });
    expect((await change('"other"')).status).toBe(412);
    expect((await change(String(seen.headers['etag']))).status).toBe(200);
  });
});
