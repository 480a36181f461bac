import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKisiGateway } from '../../src/kisi/client';
import { createUnlimitedLimiter } from '../../src/kisi/limiter';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

const KEY = 'simulated-key-of-the-integration';
const gatewayTo = (baseUrl: string, more: object = {}) =>
  createKisiGateway({
    baseUrl,
    apiKey: KEY,
    apiUserKey: 'test',
    limiter: createUnlimitedLimiter(),
    clock: Date.now,
    ...more,
  });

describe('the gateway against the simulator', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
  });
  beforeEach(async () => {
    await control.reset();
    await control.switches({ requestsPerSecond: 0, api_key_unused_days: 0 });
  });
  afterAll(() => simulator.close());

  it('reads the site', async () => {
    const kisi = gatewayTo(simulator.url);
    expect(await kisi.whoAmI()).toEqual({ kind: 'done', value: { userId: 5001, organizationId: 1001 } });
    const places = await kisi.listPlaces();
    expect(places).toMatchObject({ kind: 'done', value: [{ time_zone: 'Europe/London' }, { id: 2002 }] });
    expect(await kisi.listOrganizations()).toMatchObject({ kind: 'done', value: [{ id: 1001 }] });
    expect(await kisi.listLocks()).toMatchObject({ kind: 'done', value: { length: 8 } });
    expect(await kisi.listGroups({ lockId: 3002 })).toMatchObject({
      kind: 'done',
      value: [{ id: 4002 }, { id: 4004 }, { id: 4008 }],
    });
    expect(await kisi.listGroupLocks(4003)).toMatchObject({
      kind: 'done',
      value: [{ lock_id: 3001 }, { lock_id: 3004 }],
    });
    expect(await kisi.getGroup(4002)).toMatchObject({ kind: 'done', value: { locks_count: 1 } });
    expect(await kisi.getGroup(1)).toEqual({ kind: 'gone' });
  });

  it('reads one lock, the floors of a place and groups by their name', async () => {
    const kisi = gatewayTo(simulator.url);
    expect(await kisi.getLock(3002)).toMatchObject({
      kind: 'done',
      value: { name: 'London Meeting Room Thames', floor_id: 2102, place: { name: 'Harbour Works London' } },
    });
    expect(await kisi.getLock(1)).toEqual({ kind: 'gone' });
    expect(await kisi.listFloors(2001)).toMatchObject({
      kind: 'done',
      value: [{ id: 2101, name: 'Ground floor' }, { id: 2102 }],
    });
    expect(await kisi.listGroups({ query: 'Thames only' })).toMatchObject({ kind: 'done', value: [{ id: 4002 }] });
  });

  it('makes a group of a place, puts a lock into it and takes it out again', async () => {
    const kisi = gatewayTo(simulator.url);
    const group = await kisi.createGroup({ name: 'One door', description: 'Ours', placeId: 2001 });
    if (group.kind !== 'done') throw new Error(group.kind);
    const groupId = group.value.id;
    expect(await kisi.getGroup(groupId)).toMatchObject({ kind: 'done', value: { place_id: 2001, locks_count: 0 } });
    const pair = await kisi.createGroupLock({ groupId, lockId: 3003 });
    if (pair.kind !== 'done') throw new Error(pair.kind);
    expect(await kisi.createGroupLock({ groupId, lockId: 3003 })).toEqual({ kind: 'already_so' });
    expect(await kisi.createGroupLock({ groupId, lockId: 3006 })).toMatchObject({ kind: 'refused', reason: 'invalid' });
    expect(await kisi.createGroupLock({ groupId: 1, lockId: 3003 })).toEqual({ kind: 'gone' });
    expect(await kisi.listGroupLocks(groupId)).toMatchObject({ kind: 'done', value: [{ lock_id: 3003 }] });
    expect(await kisi.deleteGroupLock(pair.value.id)).toEqual({ kind: 'done', value: undefined });
    expect(await kisi.deleteGroupLock(pair.value.id)).toEqual({ kind: 'gone' });
    expect(await kisi.deleteGroup(groupId)).toEqual({ kind: 'done', value: undefined });
    expect(await kisi.deleteGroup(groupId)).toEqual({ kind: 'gone' });
    expect(await kisi.createGroup({ name: 'Lost', description: '', placeId: 1 })).toMatchObject({ kind: 'refused' });
  });

  it('reads lists of any length to their end, whatever the order', async () => {
    for (let index = 0; index < 260; index += 1) {
      await control.byHand('POST', '/groups', { group: { name: `G${index}` } });
    }
    const kisi = gatewayTo(simulator.url);
    expect(await kisi.listGroups()).toMatchObject({ kind: 'done', value: { length: 268 } });
    await control.switches({ list_order: 'newest_first' });
    expect(await kisi.listGroups()).toMatchObject({ kind: 'done', value: { length: 268 } });
    // Rows that move between pages are not "all there is".
    await control.switches({ list_order: 'unstable' });
    expect((await kisi.listGroups()).kind).toBe('unknown');
  });

  it('finds a user by the exact address only, however Kisi searches', async () => {
    for (const email of ['ann@example.com', 'joann@example.com', 'Ann@Example.com.au']) {
      await control.byHand('POST', '/users', { user: { email } });
    }
    const kisi = gatewayTo(simulator.url);
    const [ann] = (await control.byHand('GET', '/users?email=ann@example.com')) as { id: number }[];
    for (const filter of ['exact', 'prefix', 'substring']) {
      await control.switches({ user_email_filter: filter });
      expect(await kisi.findUserByEmail(' ANN@example.com ')).toEqual({ kind: 'done', value: { id: ann?.id } });
      expect(await kisi.findUserByEmail('an@example.com')).toEqual({ kind: 'done', value: null });
    }
  });

  it('makes, moves and deletes an assignment, with instants as Kisi writes them', async () => {
    const kisi = gatewayTo(simulator.url);
    const user = await kisi.createUser({ email: 'a@example.com', name: 'A', sendEmails: true });
    if (user.kind !== 'done') throw new Error(user.kind);
    const wanted = {
      userId: user.value.id,
      groupId: 4001,
      validFrom: 1_900_000_000_000,
      validUntil: 1_900_000_900_500,
    };
    const made = await kisi.createAssignment({ ...wanted, notify: false });
    expect(made).toMatchObject({ kind: 'done', value: { ...wanted, createdByUserId: 5001 } });
    if (made.kind !== 'done') throw new Error(made.kind);
    expect(await kisi.createAssignment({ ...wanted, notify: false })).toEqual({ kind: 'already_so' });
    expect(await kisi.createUser({ email: 'A@EXAMPLE.com', name: 'A', sendEmails: true })).toEqual({
      kind: 'already_so',
    });
    const dates = { validFrom: wanted.validFrom, validUntil: null };
    expect(await kisi.patchAssignment(made.value.id, dates)).toEqual({ kind: 'done', value: undefined });
    expect(await kisi.getAssignment(made.value.id)).toMatchObject({ kind: 'done', value: { validUntil: null } });
    expect(await kisi.findAssignments(wanted)).toMatchObject({ kind: 'done', value: [{ id: made.value.id }] });
    expect(await kisi.deleteAssignment(made.value.id)).toEqual({ kind: 'done', value: undefined });
    expect(await kisi.deleteAssignment(made.value.id)).toEqual({ kind: 'gone' });
    expect(await kisi.getAssignment(made.value.id)).toEqual({ kind: 'gone' });
    expect((await control.mails()).map(({ kind }) => kind)).toEqual(['onboarding']);
  });

  it('learns how far Kisi’s clock is ahead', async () => {
    const kisi = gatewayTo(simulator.url);
    await kisi.whoAmI();
    expect(Math.abs(kisi.clockOffsetMs())).toBeLessThan(2_000);
    await control.shiftClock(90_000);
    await kisi.whoAmI();
    expect(Math.abs(kisi.clockOffsetMs() - 90_000)).toBeLessThan(2_000);
  });

  it.each([
    [
      { kind: 'status', status: 400 },
      { kind: 'refused', reason: 'invalid', status: 400 },
    ],
    [
      { kind: 'status', status: 401, code: 'afc496' },
      { kind: 'refused', reason: 'key_invalid', code: 'afc496' },
    ],
    [
      { kind: 'status', status: 403 },
      { kind: 'refused', reason: 'forbidden' },
    ],
    [{ kind: 'status', status: 404 }, { kind: 'gone' }],
    [{ kind: 'status', status: 409 }, { kind: 'already_so' }],
    [
      { kind: 'status', status: 418 },
      { kind: 'refused', reason: 'other' },
    ],
    [{ kind: 'status', status: 500 }, { kind: 'unknown' }],
    [{ kind: 'status', status: 503 }, { kind: 'unknown' }],
    [{ kind: 'html' }, { kind: 'unknown' }],
    [{ kind: 'truncated' }, { kind: 'unknown' }],
    [{ kind: 'drop_before' }, { kind: 'unknown' }],
    [{ kind: 'drop_after' }, { kind: 'unknown' }],
    [
      { kind: 'slow', delayMs: 5_000 },
      { kind: 'unknown', cause: 'no answer in time' },
    ],
  ])('turns %j into %j', async (fault, outcome) => {
    await control.fault({ ...fault, times: 1 });
    const made = await gatewayTo(simulator.url, { requestTimeoutMs: 300 }).createUser({
      email: 'x@example.com',
      name: 'X',
      sendEmails: false,
    });
    expect(made).toMatchObject(outcome);
    const text = JSON.stringify(made);
    for (const secret of [KEY, 'x@example.com']) expect(text).not.toContain(secret);
  });

  it.each([
    ['seconds', 'json'],
    ['none', 'empty'],
    ['none', 'text'],
  ])('waits after a 429, with Retry-After: %s and a body that is %s', async (retryAfter, body) => {
    await control.switches({ rate_limit_retry_after: retryAfter, rate_limit_body: body });
    await control.fault({ kind: 'rate_limit', times: 1 });
    const now = Date.now();
    const outcome = await gatewayTo(simulator.url).whoAmI();
    if (outcome.kind !== 'wait_until') throw new Error(outcome.kind);
    expect(outcome.cause).toBe('rate_limited');
    expect(outcome.at - now).toBeGreaterThanOrEqual(900);
    expect(outcome.at - now).toBeLessThan(5_000);
  });

  it('stops at the deadline of its caller', async () => {
    await control.fault({ kind: 'slow', delayMs: 5_000 });
    const outcome = await gatewayTo(simulator.url).whoAmI({ signal: AbortSignal.timeout(100) });
    expect(outcome).toEqual({ kind: 'unknown', cause: 'no answer in time' });
    await control.clearFaults();
  });

  it('says that nothing was sent when there is nobody', async () => {
    expect((await gatewayTo('http://127.0.0.1:1').whoAmI()).kind).toBe('unavailable');
  });
});

describe('the gateway against answers that Kisi should not give', () => {
  let server: Server;
  let answer: RequestListener;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const rows =
    (count: number, range: string | null): RequestListener =>
    (_, response) => {
      response.setHeader('Content-Type', 'application/json');
      if (range !== null) response.setHeader('X-Collection-Range', range);
      response.end(JSON.stringify(Array.from({ length: count }, (__, index) => ({ id: index + 1, name: 'G' }))));
    };

  it.each([
    ['without its range', rows(3, null)],
    ['with rows missing', rows(3, '0-249/500')],
    ['that are a page of HTML with status 200', (_, response) => response.end('<html></html>')],
    ['that are no array', (_, response) => response.end('{"data":[]}')],
    ['with status 204', (_, response) => response.writeHead(204).end()],
  ])('takes lists %s for unknown, never for all there is', async (_, listener) => {
    answer = listener;
    expect((await gatewayTo(url).listGroups()).kind).toBe('unknown');
  });

  it('follows no redirect: it would take the key along', async () => {
    const seen: (string | undefined)[] = [];
    answer = (request, response) => {
      seen.push(request.url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    };
    expect((await gatewayTo(url).whoAmI()).kind).toBe('unknown');
    expect(seen).toEqual(['/user']);
  });

  it('says who it is, and keeps the connection', async () => {
    const sockets = new Set<unknown>();
    let headers: Record<string, unknown> = {};
    answer = (request, response) => {
      sockets.add(request.socket);
      headers = request.headers;
      response.end('{"id":1,"organization":{"id":2}}');
    };
    const kisi = gatewayTo(url, { integrationContact: 'ops@latchkey.example' });
    await kisi.whoAmI();
    await kisi.whoAmI();
    expect(sockets.size).toBe(1);
    expect(headers).toMatchObject({
      authorization: `KISI-LOGIN ${KEY}`,
      'x-kisi-integration-identifier': 'Latchkey',
      'x-kisi-integration-contact': 'ops@latchkey.example',
    });
  });
});
