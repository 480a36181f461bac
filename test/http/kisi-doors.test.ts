import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { openTestLedger } from '../support/databases';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { FRONT, THAMES } from '../support/world';
import { mapLock } from '../support/world/map-lock';

interface Door {
  readonly type: string;
  readonly id: number;
  readonly name: string;
}

describe("Kisi's doors over the API", () => {
  let line: BenchLine;
  let app: Express;
  let token: string;
  let readToken: string;
  let otherToken: string;
  let path: string;
  const get = (where: string, as = token) => request(app).get(where).set('Authorization', `Bearer ${as}`);
  const adopt = (lockId: number | string, body: object, as = token) =>
    request(app)
      .put(`/v1/integrations/${line.integrationId}/lock-groups/${lockId}`)
      .set('Authorization', `Bearer ${as}`)
      .send(body);
  const names = (body: { items: Door[] }): string[] => body.items.map(({ name }) => name);
  const readings = async (): Promise<number> =>
    (await line.simulator.requests()).filter((one) => one.path.startsWith('/locks')).length;
  let minute = 0;
  const later = (minutes: number): Promise<void> => line.goTo((minute += minutes));

  beforeAll(async () => {
    line = await openBenchLine(await openTestLedger());
    app = createApp(line.latchkey.http);
    const actor = { organizationId: line.organizationId, name: 'test' };
    const make = async (scopes: readonly ('read' | 'admin')[]): Promise<string> => {
      const made = await line.latchkey.http.makeToken(actor, { name: 'test', scopes, sourceId: null });
      if (made === 'unknown_source') throw new Error('no source');
      return made.token;
    };
    token = await make(['read', 'admin']);
    readToken = await make(['read']);
    otherToken = (await line.latchkey.createOrganization('Other')).token;
    path = `/v1/integrations/${line.integrationId}/doors`;
  });
  afterEach(() => line.simulator.clearFaults());
  afterAll(() => line.stop());

  it('reads Kisi at the first look, and answers from the ledger for a minute', async () => {
    const first = await get(`${path}?limit=200`);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ isStale: false, problem: null, nextCursor: null });
    expect(first.body.items).toHaveLength(16);
    expect(first.body.items).toContainEqual({
      type: 'lock',
      id: 3002,
      name: 'London Meeting Room Thames',
      placeId: 2001,
      placeName: 'Harbour Works London',
      floorName: 'First floor',
      isOnline: true,
      doorCount: null,
      lockGroup: null,
      mappings: 0,
    });
    expect(first.body.items).toContainEqual(expect.objectContaining({ type: 'group', id: 4003, doorCount: 2 }));
    const before = await readings();
    await get(path);
    expect(await readings()).toBe(before);
    await get(`${path}?refresh=true`);
    expect(await readings()).toBe(before + 1);
    await later(2);
    await get(path);
    expect(await readings()).toBe(before + 2);
  });

  it('reads Kisi once for several who look at the same time', async () => {
    const before = await readings();
    await Promise.all([1, 2, 3, 4].map(() => get(`${path}?refresh=true`)));
    expect(await readings()).toBe(before + 1);
  });

  it('finds doors by words of their name, place, floor and id, whatever the case', async () => {
    expect(names((await get(`${path}?query=THAMES`)).body)).toEqual([
      'London Meeting Room Thames',
      'London Thames only',
    ]);
    expect(names((await get(`${path}?query=first%20room&type=lock`)).body)).toEqual([
      'London Meeting Room Lea',
      'London Meeting Room Thames',
    ]);
    expect(names((await get(`${path}?query=haust%C3%BCr`)).body)).toEqual(['Berlin Haustür']);
    expect(names((await get(`${path}?query=3005`)).body)).toEqual(['London Server Room']);
    expect(names((await get(`${path}?query=100%25_`)).body)).toEqual([]);
    expect((await get(`${path}?type=group`)).body.items).toHaveLength(8);
  });

  it('lists the same whatever the size of a page', async () => {
    const whole = names((await get(`${path}?limit=200`)).body);
    for (const limit of [1, 3, 7]) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await get(`${path}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...names(page.body));
        cursor = page.body.nextCursor ?? '';
      } while (cursor !== '');
      expect(seen).toEqual(whole);
    }
  });

  it('shows one door, also one that Kisi has only had since', async () => {
    expect((await get(`${path}/lock/3001`)).body).toMatchObject({
      type: 'lock',
      id: 3001,
      placeName: 'Harbour Works London',
    });
    const made = (await line.simulator.byHand('POST', '/groups', { group: { name: 'Brand new' } })) as { id: number };
    expect((await get(`${path}/group/${made.id}`)).body).toMatchObject({ name: 'Brand new', doorCount: 0 });
    expect((await get(`${path}/lock/999`)).status).toBe(404);
    const wrong = await get(`${path}/lock/front-door`);
    expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ field: 'kisiId' }]]);
    expect((await get(`${path}/lock/99999999999`)).status).toBe(422);
    expect((await get(`${path}/window/1`)).body.errors).toMatchObject([{ field: 'type' }]);
    await line.simulator.fault({ kind: 'status', status: 500 });
    expect((await get(`${path}/lock/998`)).body).toMatchObject({ status: 502, code: 'kisi_unreachable' });
  });

  it('belongs to one organization, and needs the scope', async () => {
    expect((await get(path, otherToken)).status).toBe(404);
    expect((await get(`${path}/lock/3001`, otherToken)).status).toBe(404);
    expect((await adopt(3001, { groupId: 4001 }, otherToken)).status).toBe(404);
    expect((await adopt(3001, { groupId: 4001 }, readToken)).status).toBe(403);
    expect((await get(path, readToken)).status).toBe(200);
    expect((await get('/v1/integrations/nope/doors')).status).toBe(404);
  });

  it.each([
    ['refuses the key', { kind: 'status', status: 401 }, 'kisi_key_invalid'],
    ['answers 500', { kind: 'status', status: 500 }, 'kisi_unavailable'],
    ['answers HTML', { kind: 'html' }, 'kisi_unavailable'],
    ['says that it is too much', { kind: 'rate_limit' }, 'rate_limited'],
    ['does not answer', { kind: 'drop_before' }, 'kisi_unavailable'],
  ])('shows what it knows, and why it is old, when Kisi %s', async (_, fault, code) => {
    await later(2);
    await line.simulator.fault({ ...fault, path: '/groups' });
    const { status, body } = await get(`${path}?refresh=true&limit=200`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ isStale: true, problem: { code, remedy: expect.any(String) } });
    expect(body.items.length).toBeGreaterThanOrEqual(16);
    await line.simulator.clearFaults();
    expect((await get(`${path}?refresh=true`)).body).toMatchObject({ isStale: false, problem: null });
  });

  it('does not wait long for a Kisi that is slow', async () => {
    await later(2);
    await line.simulator.fault({ kind: 'slow', delayMs: 20_000, path: '/locks', times: 1 });
    const startedAt = Date.now();
    const { body } = await get(`${path}?limit=200`);
    expect(Date.now() - startedAt).toBeLessThan(12_000);
    expect(body).toMatchObject({ isStale: true, problem: { code: 'kisi_unavailable' } });
  });

  it('hands a group of exactly one lock over, and says what else a group opens', async () => {
    await get(`${path}?refresh=true`);
    const refused = await adopt(3001, { groupId: 4003 });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('London Hot Desks (3004)')]);
    expect((await adopt(3002, { groupId: 4001 })).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining('does not open'),
    });
    expect((await adopt(3001, { groupId: 1 })).body.errors).toMatchObject([{ field: 'groupId' }]);
    expect((await adopt(999, { groupId: 4001 })).status).toBe(404);
    expect((await adopt('x', { groupId: 4001 })).status).toBe(422);
    const done = await adopt(FRONT.lock, { groupId: FRONT.group });
    expect([done.status, done.body]).toMatchObject([
      200,
      { id: FRONT.lock, lockGroup: { groupId: FRONT.group, origin: 'adopted', status: 'ready' } },
    ]);
    expect((await adopt(FRONT.lock, { groupId: FRONT.group })).status).toBe(200);
    const audit = await line.ledger.prisma.auditEntry.findMany({ where: { action: 'lock_group_adopted' } });
    expect(audit).toHaveLength(1);
    await line.simulator.fault({ kind: 'status', status: 500 });
    expect((await adopt(THAMES.lock, { groupId: THAMES.group })).status).toBe(502);
  });

  it('counts the mappings of a door', async () => {
    await mapLock(line.latchkey, line, 'thames', THAMES.lock);
    expect((await get(`${path}/lock/${THAMES.lock}`)).body).toMatchObject({
      mappings: 1,
      lockGroup: { groupId: null, origin: 'made', status: 'wanted' },
    });
  });

  it('reads and searches two thousand doors', async () => {
    const locks = Array.from({ length: 2_000 }, (_, index) => ({
      id: 10_000 + index,
      name: `Door ${index}`,
      placeId: 1,
    }));
    const seed = {
      organization: { id: 1001, name: 'Large', domain: 'large' },
      places: [{ id: 1, name: 'Tower' }],
      locks,
      groups: locks
        .slice(0, 1_000)
        .map(({ id, name }) => ({ id: id + 10_000, name: `Group of ${name}`, lockIds: [id] })),
      users: [{ id: 5001, email: 'integration@large.example', role: 'administrator' }],
      apiKeys: [{ userId: 5001, secret: 'simulated-key-of-the-integration' }],
    };
    const planted = await fetch(`${line.simulator.url}/_simulator/seed`, {
      method: 'POST',
      body: JSON.stringify(seed),
    });
    expect(planted.ok).toBe(true);
    await line.simulator.switches({ requestsPerSecond: 0 });
    const startedAt = Date.now();
    const { body } = await get(`${path}?refresh=true&query=tower%20door%201999`);
    expect(body).toMatchObject({ items: [{ id: 11_999 }], isStale: false, problem: null });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await line.ledger.prisma.kisiDoor.count()).toBe(3_000);
    // Doors that Kisi no longer has are gone, and what is mapped to them says so.
    expect(await line.ledger.prisma.doorMapping.findFirstOrThrow()).toMatchObject({ verification: 'missing' });
  });
});
