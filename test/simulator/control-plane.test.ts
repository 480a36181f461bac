import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';

const KEY = 'simulated-key-of-the-integration';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

function createCaller(url: string) {
  const call = async (method: string, path: string, body?: unknown, key: string | null = KEY): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(key === null ? {} : { Authorization: `KISI-LOGIN ${key}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  return {
    call,
    control: (method: string, path: string, body?: unknown) => call(method, `/_simulator${path}`, body, null),
  };
}

describe('the control plane of the simulator', () => {
  let simulator: RunningSimulator;
  let call: ReturnType<typeof createCaller>['call'];
  let control: ReturnType<typeof createCaller>['control'];

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    ({ call, control } = createCaller(simulator.url));
  });
  beforeEach(async () => {
    await control('POST', '/reset');
    await control('PUT', '/switches', { requestsPerSecond: 0, api_key_unused_days: 0 });
  });
  afterAll(() => simulator.close());

  const makeUser = async (email: string): Promise<number> =>
    ((await call('POST', '/users', { user: { email, name: 'A' } })).body as { id: number }).id;
  const grant = (userId: number, more: object = {}): Promise<Answer> =>
    call('POST', '/role_assignments', {
      role_assignment: { user_id: userId, group_id: 4001, role_id: 'group_basic', ...more },
    });

  it('freezes, shifts and frees the clock, which also dates the answers', async () => {
    await control('PUT', '/clock', { now: '2031-02-03T04:05:06Z' });
    expect((await control('GET', '/clock')).body).toMatchObject({ now: '2031-02-03T04:05:06.000Z' });
    expect((await call('GET', '/user')).headers.get('date')).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
    await control('PUT', '/clock', { offsetMs: 3_600_000 });
    const shifted = (await control('GET', '/clock')).body as { now: string };
    expect(Date.parse(shifted.now) - Date.now()).toBeGreaterThan(3_500_000);
    await control('PUT', '/clock', { running: true });
    expect(await control('PUT', '/clock', { now: 'noon' })).toMatchObject({ status: 422 });
  });

  it.each([
    ['status', { kind: 'status', status: 503 }, { status: 503 }],
    ['rate_limit', { kind: 'rate_limit' }, { status: 429, body: { code: '000429' } }],
    ['html', { kind: 'html' }, { status: 500, text: expect.stringContaining('<html') }],
  ])('the fault %s answers what it says and does nothing', async (_, fault, answer) => {
    await control('POST', '/faults', { ...fault, method: 'POST', path: '/users' });
    expect(await call('POST', '/users', { user: { email: 'faulty@example.com' } })).toMatchObject(answer);
    await control('DELETE', '/faults');
    expect((await call('GET', '/users?email=faulty@example.com')).body).toEqual([]);
  });

  it.each([
    ['drop_before', 0],
    ['drop_after', 1],
    ['outage', 0],
  ])('the fault %s closes the connection, and has made %i users', async (kind, made) => {
    await control('POST', '/faults', { kind, method: 'POST', path: '/users', times: 1 });
    await expect(call('POST', '/users', { user: { email: 'dropped@example.com' } })).rejects.toThrow(/fetch failed/);
    expect((await call('GET', '/users?email=dropped@example.com')).body).toHaveLength(made);
  });

  it('cuts an answer short, and is slow before the effect', async () => {
    await control('POST', '/faults', { kind: 'truncated', times: 1 });
    await expect(call('GET', '/users')).rejects.toThrow();
    await control('POST', '/faults', { kind: 'slow', delayMs: 300, times: 1 });
    const startedAt = performance.now();
    await call('GET', '/user');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299);
  });

  it('answers lists from the past, while single objects are as they are', async () => {
    await control('POST', '/faults', { kind: 'stale_list', delayMs: 600_000 });
    const id = await makeUser('unseen@example.com');
    expect((await call('GET', '/users?email=unseen@example.com')).body).toEqual([]);
    expect((await call('GET', `/users/${id}`)).status).toBe(200);
    await control('DELETE', '/faults');
    expect((await call('GET', '/users?email=unseen@example.com')).body).toHaveLength(1);
  });

  it('meets as many requests as it should, by a seeded generator, and names what is wrong in a fault', async () => {
    const draw = async (): Promise<number[]> => {
      await control('DELETE', '/faults');
      await control('POST', '/faults', { kind: 'status', probability: 0.5, seed: 7 });
      const answers = [];
      for (let index = 0; index < 20; index += 1) answers.push((await call('GET', '/user')).status);
      return answers;
    };
    const first = await draw();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await draw()).toEqual(first);
    expect((await control('GET', '/faults')).body).toMatchObject([
      { kind: 'status', fired: first.filter((one) => one === 500).length },
    ]);
    expect(await control('POST', '/faults', { kind: 'fire', probability: 2 })).toMatchObject({
      status: 422,
      body: { errors: { kind: [expect.any(String)], probability: [expect.any(String)] } },
    });
  });

  it('tells what each door would do at any time, and why', async () => {
    const id = await makeUser('window@example.com');
    await grant(id, { valid_from: '2030-01-01T10:00:00Z', valid_until: '2030-01-01T11:00:00Z' });
    const at = async (time: string): Promise<unknown> =>
      (await control('GET', `/access?email=window@example.com&lockId=3001&at=${time}`)).body;
    expect(await at('2030-01-01T09:59:59Z')).toMatchObject({ allowed: false, reason: 'not_yet_valid' });
    expect(await at('2030-01-01T10:00:00Z')).toMatchObject({
      allowed: true,
      assignments: [{ id: expect.any(Number) }],
    });
    expect(await at('2030-01-01T11:00:00Z')).toMatchObject({ allowed: false, reason: 'no_longer_valid' });
    const everyone = (await control('GET', '/accesses?at=2030-01-01T10:30:00Z')).body as {
      email: string;
      lockId: number;
    }[];
    expect(everyone.filter(({ email }) => email === 'window@example.com')).toMatchObject([
      { lockId: 3001, groupId: 4001 },
    ]);
    await call('PATCH', `/users/${id}`, { user: { access_enabled: false } });
    expect(await at('2030-01-01T10:00:00Z')).toMatchObject({ allowed: false });
  });

  it('keeps the history of an assignment, its mails and every request', async () => {
    const id = await makeUser('kept@example.com');
    const made = (await grant(id, { notify: true })).body as { id: number };
    await call('PATCH', `/role_assignments/${made.id}`, { role_assignment: { valid_until: '2030-01-01T11:00:00Z' } });
    await call('DELETE', `/role_assignments/${made.id}`);
    const history = (await control('GET', '/assignments/history')).body as { assignmentId: number; kind: string }[];
    expect(history.filter(({ assignmentId }) => assignmentId === made.id).map(({ kind }) => kind)).toEqual([
      'created',
      'updated',
      'deleted',
    ]);
    expect(
      ((await control('GET', '/mails')).body as { kind: string; to: string }[]).map(({ kind, to }) => [kind, to]),
    ).toEqual([
      ['onboarding', 'kept@example.com'],
      ['access', 'kept@example.com'],
    ]);
    const requests = (await control('GET', '/requests?since=0')).body as object[];
    expect(requests).toMatchObject([
      { method: 'POST', path: '/users', status: 200, apiUser: 5001 },
      { method: 'POST', path: '/role_assignments', status: 200 },
      { method: 'PATCH', status: 204 },
      { method: 'DELETE', status: 204 },
    ]);
    expect((await control('GET', '/stats')).body).toBeTruthy();
  });

  it('lets somebody sign in and stand at a door', async () => {
    const id = await makeUser('visitor@example.com');
    await grant(id);
    expect((await call('GET', `/users/${id}`)).body).toMatchObject({ confirmed: false, last_accessed_at: null });
    await control('POST', '/invitations/accept', { email: 'visitor@example.com' });
    const opened = await control('POST', '/unlock', { email: 'visitor@example.com', lockId: 3001 });
    expect(opened.body).toMatchObject({ allowed: true });
    expect((await call('GET', `/users/${id}`)).body).toMatchObject({
      confirmed: true,
      last_accessed_at: expect.any(String),
    });
    expect((await control('POST', '/unlock', { email: 'visitor@example.com', lockId: 3002 })).body).toMatchObject({
      allowed: false,
    });
  });

  it('plants another site, names what does not fit in one, and goes back to it on reset', async () => {
    const site = {
      organization: { id: 1, name: 'Tiny', domain: 'tiny' },
      places: [{ id: 2, name: 'Shed' }],
      locks: [{ id: 3, name: 'Door', placeId: 2 }],
      groups: [{ id: 4, name: 'All', placeId: 2, lockIds: [3] }],
      users: [{ id: 5, email: 'owner@tiny.example', role: 'administrator' }],
      apiKeys: [{ userId: 5, secret: 'tiny-secret' }],
    };
    const wrong = { ...site, locks: [{ id: 3, name: 'Door', placeId: 99 }] };
    expect(await control('POST', '/seed', wrong)).toMatchObject({
      status: 422,
      body: { errors: { 'locks.0.placeId': ['is no place of this seed'] } },
    });
    await control('POST', '/seed', site);
    expect((await call('GET', '/groups', undefined, 'tiny-secret')).body).toMatchObject([{ id: 4 }]);
    expect((await call('GET', '/groups')).status).toBe(401);
    await call('DELETE', '/groups/4', undefined, 'tiny-secret');
    await control('POST', '/reset');
    expect((await call('GET', '/groups', undefined, 'tiny-secret')).body).toHaveLength(1);
  });

  it('refuses a switch that it does not know, and then changes nothing', async () => {
    expect(await control('PUT', '/switches', { requestsPerSecond: 9, gravity: 'off' })).toMatchObject({ status: 422 });
    expect((await control('GET', '/switches')).body).toMatchObject({ requestsPerSecond: 0 });
  });
});

describe('the other readings of what Kisi does not document', () => {
  let simulator: RunningSimulator;
  let call: ReturnType<typeof createCaller>['call'];
  let control: ReturnType<typeof createCaller>['control'];
  let userId: number;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    ({ call, control } = createCaller(simulator.url));
  });
  beforeEach(async () => {
    await control('POST', '/reset');
    await control('PUT', '/switches', { requestsPerSecond: 0 });
    const made = await call('POST', '/users', { user: { email: 'someone@example.com' } });
    userId = (made.body as { id: number }).id;
  });
  afterAll(() => simulator.close());

  const grant = (more: object = {}): Promise<Answer> =>
    call('POST', '/role_assignments', {
      role_assignment: { user_id: userId, group_id: 4001, role_id: 'group_basic', ...more },
    });
  const past = { valid_from: '2020-01-01T10:00:00Z', valid_until: '2020-01-01T11:00:00Z' };

  it.each([
    ['conflict', 409],
    ['unprocessable', 422],
    ['allowed', 200],
  ])('a second assignment with duplicate_assignment %s is answered %i', async (value, status) => {
    await control('PUT', '/switches', { duplicate_assignment: value });
    await grant();
    expect((await grant()).status).toBe(status);
  });

  it.each([
    ['listed', 1, 409],
    ['not_blocking', 1, 200],
    ['hidden', 0, 409],
    ['purged', 0, 200],
  ])(
    'an expired assignment with expired_assignments %s is listed %i times and a new one answered %i',
    async (value, count, status) => {
      await control('PUT', '/switches', { expired_assignments: value });
      await grant(past);
      expect((await call('GET', `/role_assignments?user_id=${userId}`)).body).toHaveLength(count);
      expect((await grant()).status).toBe(status);
    },
  );

  it.each([
    ['applied', 204, '2021-01-01T00:00:00Z'],
    ['ignored', 204, '2020-01-01T11:00:00Z'],
    ['rejected', 422, '2020-01-01T11:00:00Z'],
  ])('a PATCH of dates with patch_assignment_dates %s is answered %i and leaves %s', async (value, status, until) => {
    await control('PUT', '/switches', { patch_assignment_dates: value });
    const { id } = (await grant(past)).body as { id: number };
    const change = { role_assignment: { valid_until: '2021-01-01T00:00:00Z' } };
    expect((await call('PATCH', `/role_assignments/${id}`, change)).status).toBe(status);
    expect((await call('GET', `/role_assignments/${id}`)).body).toMatchObject({ valid_until: until });
  });

  it.each([
    ['exact', 'SOMEONE@example.com', 1],
    ['exact', 'someone', 0],
    ['prefix', 'some', 1],
    ['substring', 'example', 4],
  ])('user_email_filter %s finds for %s %i users', async (value, email, count) => {
    await control('PUT', '/switches', { user_email_filter: value });
    expect((await call('GET', `/users?email=${email}`)).body).toHaveLength(count);
  });

  it.each(['json', 'empty', 'text'] as const)('a 429 with rate_limit_body %s', async (value) => {
    await control('PUT', '/switches', {
      rate_limit_body: value,
      rate_limit_retry_after: 'seconds',
      requestsPerSecond: 1,
    });
    await call('GET', '/user');
    const { status, headers, text } = await call('GET', '/user');
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    expect(text === '' ? 'empty' : text.startsWith('{') ? 'json' : 'text').toBe(value);
  });
});

describe('a simulator with a state file', () => {
  it('goes on where it was after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-simulator-'));
    const stateFile = join(folder, 'state.jsonl');
    const first = await startSimulator({ port: 0, stateFile });
    const one = createCaller(first.url);
    await one.call('POST', '/users', { user: { email: 'stays@example.com' } });
    await one.control('PUT', '/switches', { duplicate_user: 'unprocessable' });
    await one.call('DELETE', '/groups/4001');
    await first.close();

    const second = await startSimulator({ port: 0, stateFile });
    const two = createCaller(second.url);
    expect((await two.call('GET', '/users?email=stays@example.com')).body).toHaveLength(1);
    expect((await two.call('GET', '/groups/4001')).status).toBe(404);
    expect((await two.control('GET', '/switches')).body).toMatchObject({ duplicate_user: 'unprocessable' });
    await second.close();
    rmSync(folder, { recursive: true });
  });
});
