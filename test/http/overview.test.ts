import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { startWorld, THAMES, type World } from '../support/world';

const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

describe('the overview', () => {
  let world: World;
  let app: Express;
  let token: string;
  const get = (path: string, as: string): request.Test => request(app).get(path).set('Authorization', `Bearer ${as}`);
  const see = async (): Promise<Record<string, unknown>> => {
    const { body } = await get('/v1/overview', token);
    return body as Record<string, unknown>;
  };
  const makeToken = async (sourceId: string | null): Promise<string> => {
    const actor = { organizationId: world.organizationId, name: 'test' };
    const made = await world.latchkey.http.makeToken(actor, { name: 'r', scopes: ['read'], sourceId });
    if (made === 'unknown_source') throw new Error('no source');
    return made.token;
  };

  beforeAll(async () => {
    world = await startWorld();
    app = createApp(world.latchkey.http);
    token = await makeToken(null);
    await world.begin();
  });
  afterAll(() => world.stop());

  it('tells a newcomer that nothing is done yet', async () => {
    const other = await world.latchkey.createOrganization('Other');
    const { status, body } = await get('/v1/overview', other.token);
    expect([status, body]).toEqual([
      200,
      {
        integrations: [],
        resources: { total: 0, unmapped: 0 },
        mappings: { total: 0, notActive: 0 },
        bookings: { byState: {} },
        problems: [],
        peopleInsideNow: 0,
        firstSteps: {
          hasIntegration: false,
          hasConnection: false,
          hasLocation: false,
          hasResource: false,
          hasMapping: false,
          hasBooking: false,
          hasActive: false,
        },
      },
    ]);
  });

  it('counts resources without a door, and mappings that open none yet', async () => {
    await world.map('thames', THAMES.group);
    expect(await see()).toMatchObject({
      resources: { total: 3, unmapped: 2 },
      mappings: { total: 1, notActive: 1 },
      firstSteps: { hasConnection: true, hasMapping: true, hasBooking: false, hasActive: false },
    });
    await world.ledger.prisma.doorMapping.updateMany({ data: { verification: 'verified' } });
    expect(await see()).toMatchObject({ mappings: { total: 1, notActive: 0 } });
  });

  it('shows integrations with their health and their doors that are offline', async () => {
    const { integrationId } = world;
    const door = { integrationId, placeId: 1, readAt: new Date() };
    await world.ledger.prisma.kisiDoor.createMany({
      data: [
        { ...door, type: 'lock', kisiId: 1, name: 'Off', isOnline: false },
        { ...door, type: 'lock', kisiId: 2, name: 'On', isOnline: true },
        { ...door, type: 'lock', kisiId: 3, name: 'Nobody knows', isOnline: null },
        { ...door, type: 'group', kisiId: 1, name: 'Group', isOnline: null },
      ],
    });
    expect(await see()).toMatchObject({
      integrations: [{ id: integrationId, name: 'Kisi', status: 'connected', health: 'ok', doorsOffline: 1 }],
    });
  });

  it('counts bookings by state, their problems, and the people inside', async () => {
    await world.book({ id: 'a', member: person('ada'), from: 20, until: 60 });
    await world.book({ id: 'b', member: person('ada'), from: 30, until: 90 });
    await world.book({ id: 'c', member: person('bob'), from: 50, until: 90 });
    await world.book({ id: 'd', member: person('bob'), from: 20, until: 60, payment: 'due' });
    await world.book({ id: 'e', member: person('eve'), resource: 'unmapped', from: 20, until: 60 });
    await world.book({ id: 'f', member: person('eve'), resource: 'lobby', from: 20, until: 60 });
    await world.goTo(21);
    const seen = await see();
    expect(seen).toMatchObject({
      bookings: { byState: { active: 2, scheduled: 1, awaiting_payment: 1, blocked: 2 } },
      peopleInsideNow: 1,
      firstSteps: { hasBooking: true, hasActive: true },
    });
    expect(seen['problems']).toMatchObject([
      { code: 'mapping_missing', count: 2, message: expect.any(String), remedy: expect.any(String) },
      { code: 'payment_due', count: 1 },
    ]);
    await world.goTo(95);
    await world.relay();
    expect(await see()).toMatchObject({
      bookings: { byState: { ended: 6 } },
      problems: [],
      peopleInsideNow: 0,
      firstSteps: { hasActive: true },
    });
  });

  it('shows a token of one source what is of that source', async () => {
    const actor = { organizationId: world.organizationId, name: 'test' };
    await world.latchkey.http.catalogue.saveSource(actor, { id: 'cobot', name: 'Cobot' });
    const { body } = await get('/v1/overview', await makeToken('cobot'));
    expect(body).toMatchObject({ resources: { total: 0 }, bookings: { byState: {} }, mappings: { total: 1 } });
  });
});
