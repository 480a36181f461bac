import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { startOffice, type Office } from '../support/office';

describe('resources that arrive with their first booking', () => {
  let office: Office;
  let app: Express;
  const send = (method: 'get' | 'put' | 'patch' | 'delete', path: string, body?: object): request.Test =>
    request(app)[method](path).set('Authorization', `Bearer ${office.token}`).send(body);
  const booking = (resourceId: string, more: object = {}) => ({
    status: 'confirmed',
    payment: 'paid',
    resourceId,
    member: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
    startsAt: '2030-05-04T09:00:00Z',
    endsAt: '2030-05-04T10:00:00Z',
    ...more,
  });
  const allow = (locationId: string | null) =>
    send('patch', '/v1/organization', { newResourcesLocationId: locationId }).expect(200);
  const count = (id: string) => office.ledger.prisma.resource.count({ where: { id } });

  beforeAll(async () => {
    office = await startOffice();
    app = createApp(office.latchkey.http);
    await send('put', '/v1/locations/london', { name: 'London', timeZone: 'Europe/London' });
  });
  beforeEach(() => allow('london'));
  afterAll(() => office.stop());

  it('are refused as long as the organization does not say where they go', async () => {
    await allow(null);
    const refused = await send('put', '/v1/bookings/early', booking('fresh-0'));
    expect([refused.status, refused.body.code]).toEqual([422, 'unknown_resource']);
    expect([await count('fresh-0'), (await send('get', '/v1/bookings/early')).status]).toEqual([0, 404]);
  });

  it('go to the location that the organization names, as rooms without a door', async () => {
    expect((await send('put', '/v1/bookings/first', booking('fresh-1'))).status).toBe(202);
    expect((await send('get', '/v1/resources/fresh-1')).body).toEqual({
      source: 'default',
      id: 'fresh-1',
      name: 'fresh-1',
      kind: 'room',
      locationId: 'london',
      mappings: 0,
    });
    const unmapped = await send('get', '/v1/resources?mapped=false&query=fresh-1');
    expect(unmapped.body.items).toHaveLength(1);
    expect((await send('get', '/v1/bookings/first')).body).toMatchObject({
      timeZone: 'Europe/London',
      resourceName: 'fresh-1',
    });
  });

  it('keep what an operator made of them', async () => {
    await send('put', '/v1/bookings/named-1', booking('fresh-2'));
    await send('put', '/v1/resources/fresh-2', { name: 'Tower', kind: 'building', locationId: 'london' });
    await send('put', '/v1/bookings/named-2', booking('fresh-2'));
    expect((await send('get', '/v1/resources/fresh-2')).body).toMatchObject({ name: 'Tower', kind: 'building' });
  });

  it('are made once when many bookings bring one at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
    const answers = await Promise.all(ids.map((id) => send('put', `/v1/bookings/${id}`, booking('fresh-3'))));
    expect(answers.map((one) => one.status)).toEqual(ids.map(() => 202));
    expect(await count('fresh-3')).toBe(1);
    const found = await send('get', '/v1/bookings?resourceId=fresh-3&limit=200');
    expect(found.body.items).toHaveLength(ids.length);
  });

  it('are made once when bookings bring several in any order', async () => {
    const names = ['fresh-4', 'fresh-5', 'fresh-6'];
    const jobs = names.flatMap((first) => names.map((second) => [first, second] as const));
    await Promise.all(
      jobs.map(async ([first, second]) => {
        await send('put', `/v1/bookings/${first}-${second}`, booking(first)).expect(202);
        await send('put', `/v1/bookings/${first}-${second}`, booking(second)).expect(202);
      }),
    );
    for (const name of names) expect(await count(name)).toBe(1);
  });

  it('do not come into being through a fact that is refused, known already, or too old', async () => {
    expect((await send('put', '/v1/bookings/bad?source=nobody', booking('fresh-7'))).status).toBe(422);
    await send('put', '/v1/bookings/old', booking('fresh-8', { version: 5 })).expect(202);
    const stale = await send('put', '/v1/bookings/old', booking('fresh-7', { version: 4 }));
    expect([stale.status, stale.body.result]).toEqual([200, 'stale']);
    const mixed = await send('put', '/v1/bookings/mixed', booking('fresh-7', { version: '2030-01-01T00:00:00Z' }));
    expect([mixed.status, mixed.body.code]).toEqual([422, 'version_kind_mismatch']);
    expect(await count('fresh-7')).toBe(0);
  });

  it('come back with the next booking after they were deleted', async () => {
    await send('put', '/v1/bookings/gone-1', booking('fresh-9', { status: 'cancelled' }));
    await office.ledger.prisma.entitlement.updateMany({ where: { resourceId: 'fresh-9' }, data: { state: 'ended' } });
    await send('delete', '/v1/resources/fresh-9').expect(204);
    await send('put', '/v1/bookings/gone-2', booking('fresh-9')).expect(202);
    expect(await count('fresh-9')).toBe(1);
  });

  it('stay in the organization whose booking brought them', async () => {
    const other = await office.latchkey.createOrganization('Other');
    const theirs = await request(app)
      .put('/v1/bookings/first')
      .set('Authorization', `Bearer ${other.token}`)
      .send(booking('fresh-1'));
    expect([theirs.status, theirs.body.code]).toEqual([422, 'unknown_resource']);
    expect(await count('fresh-1')).toBe(1);
  });
});
