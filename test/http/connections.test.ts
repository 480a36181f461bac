import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { KEYS, revokeKey } from '../support/kisi-keys';
import { createSimulatorControl } from '../support/simulator-control';
import { ADA, THAMES } from '../support/world';

const OTHER_KEY = 'simulated-key-of-another-site';

describe('connections over the API', () => {
  let line: BenchLine;
  let another: RunningSimulator;
  let app: Express;
  let token: string;
  let readToken: string;
  let stranger: { organizationId: string; token: string };
  let empty: string;

  const call = (method: 'get' | 'put' | 'post' | 'delete', path: string, body?: object, as = token) =>
    request(app)[method](path).set('Authorization', `Bearer ${as}`).send(body);
  const test = (body: object, id = line.integrationId, as = token) =>
    call('post', `/v1/integrations/${id}/test`, body, as);
  const connect = (body: object, id = line.integrationId, as = token) =>
    call('put', `/v1/integrations/${id}/connection`, body, as);
  const here = (apiKey: string) => ({ apiKey, baseUrl: line.simulator.url });
  const make = async (as = token, organization = line.organizationId): Promise<string> => {
    const actor = { organizationId: organization, name: 'test' };
    await line.latchkey.http.catalogue.saveLocation(actor, { id: 'l', name: 'L', timeZone: 'UTC' });
    const made = await call('post', '/v1/integrations', { name: 'Another', locationIds: ['l'] }, as);
    return (made.body as { id: string }).id;
  };

  beforeAll(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
    another = await startSimulator({ port: 0 });
    await createSimulatorControl(another.url).switches({ requestsPerSecond: 0 });
    await fetch(`${another.url}/_simulator/seed`, {
      method: 'POST',
      body: JSON.stringify({
        organization: { id: 1777, name: 'Other Works', domain: 'other' },
        places: [],
        locks: [],
        groups: [],
        users: [{ id: 5777, email: 'other@example.com', name: 'Other', role: 'administrator' }],
        apiKeys: [{ userId: 5777, secret: OTHER_KEY }],
      }),
    });
    await createSimulatorControl(another.url).switches({ requestsPerSecond: 0 });
    app = createApp(line.latchkey.http);
    const actor = { organizationId: line.organizationId, name: 'test' };
    const all = await line.latchkey.http.makeToken(actor, { name: 'all', scopes: ['read', 'admin'], sourceId: null });
    const read = await line.latchkey.http.makeToken(actor, { name: 'read', scopes: ['read'], sourceId: null });
    if (all === 'unknown_source' || read === 'unknown_source') throw new Error('no source');
    token = all.token;
    readToken = read.token;
    stranger = await line.latchkey.createOrganization('Stranger');
    empty = await make();
  });
  afterEach(() => line.simulator.clearFaults());
  afterAll(async () => {
    await line.stop();
    await another.close();
  });

  const stored = () => line.ledger.prisma.integration.findUniqueOrThrow({ where: { id: line.integrationId } });

  it('tests the stored key: who it is, what it may see, and how far the clocks are apart', async () => {
    const { status, body } = await test({});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      organization: { id: 1001, name: 'Harbour Works' },
      user: { id: 5001, name: 'Access Integration' },
      problem: null,
    });
    expect(body.rights.map((one: { ok: boolean }) => one.ok)).toEqual([true, true, true, true, true, true]);
    expect(JSON.stringify(body)).not.toContain(KEYS.integration);
  });

  it('stores nothing of what it tests', async () => {
    const before = await stored();
    expect((await test(here(KEYS.olivia))).body).toMatchObject({ ok: true, user: { name: 'Olivia Operator' } });
    await test(here('a-key-that-is-none'));
    expect(await stored()).toEqual(before);
  });

  it('never sends the stored key to an address that somebody names', async () => {
    const answer = await test({ baseUrl: another.url });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'baseUrl']);
    const none = await test({}, empty);
    expect([none.status, none.body.errors[0].field]).toEqual([422, 'apiKey']);
  });

  it('makes at most six requests, each of one row', async () => {
    const before = (await line.simulator.requests()).length;
    await test(here(KEYS.olivia));
    const made = (await line.simulator.requests()).slice(before);
    expect(made.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /user',
      'GET /places',
      'GET /locks',
      'GET /groups',
      'GET /users',
      'GET /role_assignments',
    ]);
  });

  interface Refusal {
    readonly what: string;
    readonly code: string;
    readonly status: number;
    readonly body: () => object;
    readonly before?: () => Promise<void>;
  }
  const REFUSALS: readonly Refusal[] = [
    {
      what: 'a key that Kisi does not know',
      code: 'kisi_key_refused',
      status: 422,
      body: () => here('a-key-that-is-none'),
    },
    {
      what: 'a key of a user without rights',
      code: 'kisi_rights_missing',
      status: 422,
      body: () => here(KEYS.sam),
    },
    {
      what: 'a key of another Kisi organization',
      code: 'other_kisi_organization',
      status: 409,
      body: () => ({ apiKey: OTHER_KEY, baseUrl: another.url }),
    },
    {
      what: 'a Kisi that cannot be reached',
      code: 'kisi_unreachable',
      status: 502,
      body: () => ({ apiKey: KEYS.olivia, baseUrl: 'http://127.0.0.1:9' }),
    },
    {
      what: 'a Kisi that answers 500',
      code: 'kisi_unreachable',
      status: 502,
      body: () => here(KEYS.olivia),
      before: () => line.simulator.fault({ kind: 'status', status: 500 }),
    },
    {
      what: 'something that answers HTML',
      code: 'kisi_unreachable',
      status: 502,
      body: () => here(KEYS.olivia),
      before: () => line.simulator.fault({ kind: 'html' }),
    },
    {
      what: 'a Kisi that loses its voice halfway',
      code: 'kisi_unreachable',
      status: 502,
      body: () => here(KEYS.olivia),
      before: () => line.simulator.fault({ kind: 'status', status: 503, path: '/groups' }),
    },
  ];

  it.each(REFUSALS)('refuses $what, says what to do and stores nothing', async ({ code, status, body, before }) => {
    const known = await stored();
    await before?.();
    const tested = await test(body());
    expect([tested.status, tested.body.ok, tested.body.problem.code]).toEqual([200, false, code]);
    expect(tested.body.problem.remedy).toEqual(expect.any(String));
    const refused = await connect(body());
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    if (status !== 502) expect(refused.body.errors[0].field).toBe('apiKey');
    expect(await stored()).toEqual(known);
  });

  it('says which rights are missing', async () => {
    const { body } = await test(here(KEYS.sam));
    const missing = body.rights.filter((one: { ok: boolean }) => !one.ok).map((one: { right: string }) => one.right);
    expect(missing).toEqual(['see_places', 'see_groups', 'see_users', 'see_assignments']);
    expect(body).toMatchObject({ user: { name: 'Sam Staff' }, organization: { id: 1001 } });
  });

  it('names the integration that has this Kisi organization in the same tenant only', async () => {
    const inside = await connect(here(KEYS.olivia), empty);
    expect([inside.status, inside.body.code]).toEqual([409, 'kisi_organization_taken']);
    expect(inside.body.detail).toContain('"Kisi"');
    const theirs = await make(stranger.token, stranger.organizationId);
    const outside = await connect(here(KEYS.olivia), theirs, stranger.token);
    expect([outside.status, outside.body.code]).toEqual([409, 'kisi_organization_taken']);
    expect(JSON.stringify(outside.body)).not.toMatch(/"Kisi\\"|Test/);
    expect((await test(here(KEYS.olivia), theirs, stranger.token)).body.problem).toMatchObject({
      code: 'kisi_organization_taken',
    });
  });

  it('lets one of two integrations have a Kisi organization that both connect at once', async () => {
    const ids = [await make(), await make()];
    const body = { apiKey: OTHER_KEY, baseUrl: another.url };
    const answers = await Promise.all(ids.map((id) => connect(body, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('keeps tenants and scopes apart', async () => {
    const path = `/v1/integrations/${line.integrationId}`;
    const calls = [
      ['post', `${path}/test`, {}],
      ['put', `${path}/connection`, here(KEYS.olivia)],
      ['delete', `${path}/connection?mode=revoke`, undefined],
      ['get', `${path}/connection/disconnect-preview`, undefined],
      ['get', `${path}/observations`, undefined],
      ['delete', path, undefined],
    ] as const;
    for (const [method, where, body] of calls) {
      expect((await call(method, where, body, stranger.token)).status).toBe(404);
      const asReader = await call(method, where, body, readToken);
      expect(asReader.status).toBe(method === 'get' ? 200 : 403);
    }
  });

  it('refuses a change of settings that somebody else changed, but not because Kisi went away', async () => {
    const path = `/v1/integrations/${line.integrationId}`;
    const seen = await call('get', path);
    const etag = seen.headers['etag'] ?? '';
    await line.ledger.prisma.integration.update({ where: { id: line.integrationId }, data: { clockOffsetMs: 900 } });
    const body = { name: 'Kisi', mode: 'enforce', locationIds: ['london'] };
    const put = (name: string) => call('put', path, { ...body, name }).set('If-Match', etag);
    expect((await put('Kisi London')).status).toBe(200);
    expect((await put('Kisi too late')).status).toBe(412);
    await call('put', path, body);
  });

  it.each([
    ['mode=never', 'mode'],
    ['', 'mode'],
    ['mode=write_off', 'reason'],
    ['mode=revoke&until=2199-01-01T00:00:00Z', 'until'],
    ['mode=expire&until=2001-01-01T00:00:00Z', 'until'],
  ])('names what is wrong in a disconnect with ?%s', async (query, field) => {
    const answer = await call('delete', `/v1/integrations/${line.integrationId}/connection?${query}`);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });

  it('has nothing to disconnect before it was connected', async () => {
    expect((await call('delete', `/v1/integrations/${empty}/connection?mode=revoke`)).status).toBe(409);
  });

  it('counts whom a disconnect concerns, takes the key away, and deletes only what nobody needs', async () => {
    await line.book({ id: 'now', member: ADA, from: -10, until: 60 });
    await line.run();
    const path = `/v1/integrations/${line.integrationId}`;
    expect((await call('get', `${path}/connection/disconnect-preview`)).body).toEqual({
      peopleWithAccessNow: 1,
      peopleWithAccessLater: 0,
      assignments: 1,
      openEnded: 0,
    });
    expect((await call('delete', path)).status).toBe(409);
    await revokeKey(line.simulator.url, KEYS.integration);
    expect((await test({})).body).toMatchObject({ ok: false, user: null, problem: { code: 'kisi_key_refused' } });
    const ordered = await call('delete', `${path}/connection?mode=write_off&reason=moved`);
    expect([ordered.status, ordered.body]).toMatchObject([
      202,
      { status: 'disconnected', disconnect: { mode: 'write_off', by: 'all', reason: 'moved', peopleLeft: 0 } },
    ]);
    await line.latchkey.relay.fanOut();
    await line.run();
    expect((await call('delete', path)).body.detail).toContain('mappings');
    await call('delete', '/v1/door-mappings/thames-4002');
    expect((await call('delete', path)).body.detail).toContain('have not ended');
    await line.say('now', { kind: 'cancellation', version: null });
    await line.run();
    expect((await call('delete', path)).status).toBe(204);
    expect((await call('get', path)).status).toBe(404);
  });
});
