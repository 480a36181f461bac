import Kisi from 'kisi-client';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

interface Page<Row> {
  readonly pagination: { readonly offset: number; readonly limit: number; readonly count: number };
  readonly data: readonly Row[];
}
interface Thing {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** Kisi's own client, kisi-client 8.0.0, cannot tell the simulator from Kisi. */
describe('the official client against the simulator', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;
  let kisi: Kisi;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
    // Off are Kisi's limits, and that keys die when they are not used: the tests move the clock by years.
    await control.switches({ requestsPerSecond: 0, event_sets_per_second: 0, api_key_unused_days: 0 });
    kisi = newClient();
    kisi.setLoginSecret('simulated-key-of-the-integration');
  });
  afterAll(() => simulator.close());

  const newClient = (headers: object = {}): Kisi =>
    new Kisi({
      baseURL: `${simulator.url}/`,
      timeout: 5_000,
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    });
  const list = (path: string, params: object = {}): Promise<Page<Thing>> =>
    kisi.get(path, params) as Promise<Page<Thing>>;
  const make = (path: string, data: object): Promise<Thing> => kisi.post(path, data) as Promise<Thing>;
  const errorOf = async (call: Promise<unknown>): Promise<{ status: number; code: string; reason: unknown }> =>
    call.then(
      () => {
        throw new Error('It was expected to be refused.');
      },
      ({ status, code, reason }: { status: number; code: string; reason: unknown }) => ({ status, code, reason }),
    );
  const person = async (email: string): Promise<number> =>
    (await make('users', { user: { email, name: 'A', sendEmails: false, confirm: true } })).id;

  it('signs in, says who it is, and signs out', async () => {
    const client = newClient();
    const wrong = { domain: 'harbour-works', email: 'olivia.operator@harbour-works.example', password: 'no' };
    expect(await errorOf(client.signIn(wrong))).toMatchObject({ status: 401 });
    await client.signIn({ ...wrong, password: 'simulated-password' });
    expect(await client.get('user')).toMatchObject({ id: 5002, organization: { domain: 'harbour-works' } });
    expect(await client.signOut()).toBe('');
    client.setLoginSecret('that-was-signed-out');
    expect(await errorOf(client.get('user'))).toMatchObject({ status: 401 });
  });

  it('lists places, locks and groups, with and without rows', async () => {
    expect(await list('places', { limit: 1 })).toMatchObject({ pagination: { offset: 0, limit: 1, count: 2 } });
    expect((await list('locks', { placeId: 2002 })).data.map(({ id }) => id)).toEqual([3006, 3007, 3008]);
    expect((await list('groups', { lockId: 3002 })).data.map(({ id }) => id)).toEqual([4002, 4004, 4008]);
    expect(await list('users', { email: 'nobody@example.com' })).toEqual({
      pagination: { offset: 0, limit: 0, count: 0 },
      data: [],
    });
    expect((await list('users', { email: 'SAM.staff@harbour-works.example' })).data).toHaveLength(1);
  });

  it('makes a group of one door', async () => {
    const group = await make('groups', { group: { name: 'Lea only', placeId: 2001 } });
    await make('group_locks', { groupLock: { groupId: group.id, lockId: 3003 } });
    const { data } = await list('group_locks', { groupId: group.id });
    expect(data).toMatchObject([{ groupId: group.id, lockId: 3003 }]);
    expect(await kisi.get(`groups/${group.id}`)).toMatchObject({ locksCount: 1, usersCount: 0 });
    expect(await errorOf(kisi.get('group_locks'))).toMatchObject({ status: 400 });
    expect(await errorOf(make('group_locks', { groupLock: { groupId: group.id, lockId: 3006 } }))).toMatchObject({
      status: 422,
    });
  });

  it('makes a user once', async () => {
    const user = { email: 'Once@Example.com', name: 'Once', sendEmails: false, confirm: true };
    expect(await make('users', { user })).toMatchObject({ email: 'Once@Example.com', confirmed: false });
    expect(await errorOf(make('users', { user: { ...user, email: 'once@example.COM' } }))).toMatchObject({
      status: 409,
      code: '000409',
    });
    expect(await errorOf(make('users', { user: {} }))).toEqual({
      status: 422,
      code: '000000',
      reason: { email: ["can't be blank"] },
    });
  });

  it('assigns a role once, with the new names or the old ones, and pages through the list', async () => {
    const assigneeId = await person('assigned@example.com');
    const roleAssignment = {
      appliesToType: 'Group',
      appliesToId: 4001,
      assigneeType: 'User',
      assigneeId,
      roleId: 'group_basic',
      notify: false,
      validFrom: '2026-01-01T08:00:00Z',
      validUntil: '2036-01-02T08:00:00Z',
    };
    const made = await make('role_assignments', { roleAssignment });
    expect(made).toMatchObject({ groupId: 4001, userId: assigneeId, validUntil: '2036-01-02T08:00:00Z' });
    expect(await errorOf(make('role_assignments', { roleAssignment }))).toMatchObject({ status: 409, code: '000409' });
    await make('role_assignments', { roleAssignment: { userId: assigneeId, groupId: 4002, roleId: 'group_basic' } });
    const filter = { assigneeType: 'User', assigneeId, limit: 1 };
    const first = await list('role_assignments', filter);
    const second = await list('role_assignments', { ...filter, offset: 1 });
    expect([first.pagination, second.pagination]).toEqual([
      { offset: 0, limit: 1, count: 2 },
      { offset: 1, limit: 1, count: 2 },
    ]);
    expect([...first.data, ...second.data].map(({ groupId }) => groupId)).toEqual([4001, 4002]);
    expect(await kisi.delete(`role_assignments/${made.id}`)).toBe('');
    expect(await errorOf(kisi.delete(`role_assignments/${made.id}`))).toMatchObject({ status: 404, code: '000404' });
  });

  it('changes a user by PATCH and by PUT, but never the address', async () => {
    const id = await person('changed@example.com');
    expect(await kisi.client.patch(`users/${id}`, { user: { accessEnabled: false } })).toMatchObject({ status: 204 });
    expect(await kisi.put(`users/${id}`, { user: { name: 'Other', email: 'new@example.com' } })).toBe('');
    expect(await kisi.get(`users/${id}`)).toMatchObject({
      accessEnabled: false,
      name: 'Other',
      email: 'changed@example.com',
    });
  });

  it('opens doors within the window only, for users and for holders of a link', async () => {
    const id = await person('opener@example.com');
    await kisi.client.patch(`users/${id}`, { user: { passwordFlowEnabled: true } });
    const window = { validFrom: '2030-05-01T10:00:00Z', validUntil: '2030-05-01T11:00:00Z' };
    const grant = { appliesToType: 'Group', appliesToId: 4001, assigneeType: 'User', assigneeId: id };
    await make('role_assignments', { roleAssignment: { ...grant, roleId: 'group_basic', ...window } });
    const login = await make('logins', { login: { type: 'device', email: 'opener@example.com' } });
    const user = newClient();
    user.setLoginSecret(String(login['secret']));
    const link = await make('group_links', { groupLink: { groupId: 4001, name: 'booking-7', ...window } });
    const holder = newClient({ Authorization: `KISI-GROUP-LINK ${String(link['secret'])}` });

    await control.setClock(Date.parse('2030-05-01T09:59:59Z'));
    expect(await errorOf(user.post('locks/3001/unlock'))).toMatchObject({ status: 403, code: 'f358de' });
    await control.setClock(Date.parse('2030-05-01T10:00:00Z'));
    expect(await user.post('locks/3001/unlock')).toEqual({ message: 'Unlocked!' });
    expect(await holder.post('locks/3001/unlock')).toEqual({ message: 'Unlocked!' });
    expect(await errorOf(user.post('locks/3002/unlock'))).toMatchObject({ status: 403, code: 'fcd8ef' });
    await control.setClock(Date.parse('2030-05-01T11:00:00Z'));
    expect(await errorOf(user.post('locks/3001/unlock'))).toMatchObject({ status: 403, code: 'f35ade' });
    expect(await errorOf(holder.post('locks/3001/unlock'))).toMatchObject({ status: 403, code: 'f29aef' });
    await control.runClock();
  });

  it('invites a person in one call', async () => {
    const invite = await make('invites', {
      invite: {
        invitesToType: 'Group',
        invitesToId: 4001,
        invitee: { resourceType: 'User', email: 'invited@example.com', name: 'I' },
        roleAssignment: { roleId: 'group_basic' },
      },
    });
    expect(invite).toMatchObject({ inviteeType: 'User', roleAssignment: { roleId: 'group_basic' } });
    expect((await control.access('invited@example.com', 3001)).allowed).toBe(true);
    const mails = (await control.mails()).filter(({ to }) => to === 'invited@example.com');
    expect(mails.map(({ kind }) => kind)).toEqual(['invite']);
  });

  it('lists links without their secrets and finds them by name', async () => {
    const made = await make('group_links', {
      groupLink: { groupId: 4002, name: 'find-me', email: 'link@example.com' },
    });
    const { data } = await list('group_links', { groupId: 4002, query: 'find-me' });
    expect(data.map(({ id }) => id)).toEqual([made.id]);
    expect(data[0]).not.toHaveProperty('secret');
    expect((await control.mails()).filter(({ to }) => to === 'link@example.com')).toMatchObject([{ kind: 'link' }]);
    expect(await kisi.delete(`group_links/${made.id}`)).toBe('');
  });

  it('waits for an event set and reads it page by page', async () => {
    const set = await make('event_sets', { eventSet: { eventType: 'group.create' } });
    for (const name of ['E1', 'E2', 'E3']) await make('groups', { group: { name } });
    const later = await make('event_sets', { eventSet: { eventType: 'group.create,group.update' } });
    expect(await kisi.get(`event_sets/${later.id}`)).toMatchObject({ status: 'in_progress' });
    const all = (await kisi.get(`event_sets/${later.id}`)) as { events: Thing[]; cursor: string | null };
    const names: unknown[] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page = (await kisi.get(`event_sets/${later.id}`, { limit: 2, cursor })) as typeof all;
      names.push(...page.events.map(({ objectName }) => objectName));
      cursor = page.cursor;
    }
    expect(names.slice(-3)).toEqual(['E1', 'E2', 'E3']);
    expect(names).toHaveLength(all.events.length);
    await kisi.get(`event_sets/${set.id}`);
    expect(await kisi.get(`event_sets/${set.id}`)).toMatchObject({
      events: expect.not.arrayContaining([{ objectName: 'E1' }]),
    });
    expect(await kisi.get('events/types')).toEqual(
      expect.arrayContaining([{ id: 'lock.unlock', name: 'lock.unlock' }]),
    );
  });

  it('refuses wrong keys, keys without the right, unknown paths, and the sixth request in a second', async () => {
    const wrong = newClient();
    wrong.setLoginSecret('nobodys');
    expect(await errorOf(wrong.get('user'))).toEqual({ status: 401, code: 'afc496', reason: 'Access denied.' });
    const sam = newClient();
    sam.setLoginSecret('simulated-key-of-sam');
    expect(await errorOf(sam.get('users'))).toMatchObject({ status: 403, code: 'fcd8ef' });
    expect(await errorOf(kisi.get('elevators'))).toMatchObject({
      status: 404,
      reason: 'The endpoint does not exist, please check your request.',
    });
    await control.switches({ requestsPerSecond: 5 });
    // Both keys belong to one user, and the limit is the user's.
    const second = newClient();
    second.setLoginSecret('simulated-second-key-of-the-integration');
    const calls = Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? kisi : second).get('user'));
    const results = await Promise.allSettled(calls);
    await control.switches({ requestsPerSecond: 0 });
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as object] : []));
    expect(refused).toMatchObject([{ status: 429, code: '000429' }]);
  });
});
