import { openTestLedger } from '../support/databases';
import { eventually } from '../support/eventually';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { THAMES } from '../support/world';

const KINDS = ['drop_before', 'drop_after', 'html', 'truncated', 'rate_limit'] as const;
const STATUSES = [500, 502, 503] as const;

interface Fault {
  readonly name: string;
  readonly fault: Readonly<Record<string, unknown>>;
}
const FAULTS: readonly Fault[] = [
  ...KINDS.map((kind) => ({ name: kind, fault: { kind } })),
  ...STATUSES.map((status) => ({ name: `status ${status}`, fault: { kind: 'status', status } })),
];

/** One request goes wrong, in every way and at every step; a few seconds later all is as it should be. */
describe('an attempt at Kisi that goes wrong', () => {
  let line: BenchLine;
  let count = 0;

  beforeAll(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
  });
  afterEach(() => line.simulator.clearFaults());
  afterAll(() => line.stop());

  const newPerson = (): { id: string; email: string; name: string } => {
    count += 1;
    return { id: `f${count}`, email: `f${count}@example.com`, name: 'F' };
  };
  const minute = (): number => Math.ceil((line.now() - line.at(0)) / 60_000);
  const opens = (email: string): Promise<boolean> =>
    line.simulator.access(email, THAMES.lock, line.now()).then(({ allowed }) => allowed);
  const atKisi = async (email: string): Promise<{ users: number; assignments: unknown[] }> => {
    const users = (await line.simulator.byHand('GET', `/users?email=${email}`)) as { id: number }[];
    const all = await Promise.all(
      users.map(({ id }) => line.simulator.byHand('GET', `/role_assignments?assignee_type=User&assignee_id=${id}`)),
    );
    return { users: users.length, assignments: all.flat() };
  };

  describe.each(FAULTS)('by $name', ({ name, fault }) => {
    it.each([
      ['looking the person up', 'GET', '/users'],
      ['inviting', 'POST', '/users'],
      ['granting', 'POST', '/role_assignments'],
    ])('while %s still opens the door, for one user with one assignment and one mail', async (_, method, path) => {
      const member = newPerson();
      await line.simulator.fault({ ...fault, method, path, times: 1 });
      const start = minute();
      await line.book({ id: member.id, member, from: start, until: start + 60 });
      await line.goTo(start + 1);
      expect(await opens(member.email)).toBe(true);
      await line.goTo(start + 15);
      expect(await atKisi(member.email)).toMatchObject({ users: 1, assignments: [{ group_id: THAMES.group }] });
      expect((await line.simulator.mails()).filter(({ to }) => to === member.email)).toHaveLength(1);
      expect((await line.booking(member.id)).problems).toEqual([]);
    });

    it.each([
      ['changing dates', 'PATCH'],
      ['reading the new dates back', 'GET'],
    ])('while %s still gives the new window', async (_, method) => {
      const member = newPerson();
      const start = minute();
      await line.book({ id: member.id, member, from: start, until: start + 20 });
      await line.run();
      await line.simulator.fault({ ...fault, method, path: '/role_assignments/:id', times: 1 });
      await line.book({ id: member.id, member, from: start, until: start + 60 });
      await line.goTo(start + 1);
      await line.goTo(start + 40);
      expect(await opens(member.email)).toBe(true);
      expect(await atKisi(member.email)).toMatchObject({ users: 1, assignments: [{ group_id: THAMES.group }] });
    });

    it.each([
      ['revoking', 'DELETE'],
      ['reading back that it is gone', 'GET'],
    ])('while %s still closes the door within a minute, with proof', async (_, method) => {
      const member = newPerson();
      const start = minute();
      await line.book({ id: member.id, member, from: start, until: start + 60 });
      await line.goTo(start + 1);
      expect(await opens(member.email)).toBe(true);
      await line.simulator.fault({ ...fault, method, path: '/role_assignments/:id', times: 1 });
      const cancelledAt = line.now();
      await line.say(member.id, { kind: 'cancellation', version: null });
      await line.goTo(start + 2);
      expect(await opens(member.email)).toBe(false);
      // A request whose answer was lost might still arrive: then its receipt waits for that.
      await line.goTo(start + 15);
      const { state, receipt } = await line.booking(member.id);
      expect([state, receipt?.dueAt]).toEqual(['ended', cancelledAt]);
      // Nobody heard when it was deleted; that it is gone was read.
      const isUnheard = name === 'drop_after' && method === 'DELETE';
      const deletedAt = isUnheard ? null : expect.any(String);
      expect(receipt?.doors).toMatchObject([{ deletedAt, verifiedAbsentAt: expect.any(String) }]);
    });
  });

  it('keeps trying while the key is revoked, says so, and goes on when there is a good one', async () => {
    const [inside, coming] = [newPerson(), newPerson()];
    const start = minute();
    await line.book({ id: inside.id, member: inside, from: start, until: start + 300 });
    await line.goTo(start + 1);
    await line.simulator.fault({ kind: 'status', status: 401, code: 'afc496' });
    await line.say(inside.id, { kind: 'cancellation', version: null });
    await line.book({ id: coming.id, member: coming, from: start, until: start + 300 });
    await line.goTo(start + 60);
    for (const id of [inside.id, coming.id]) {
      expect((await line.booking(id)).problems.map(({ code }) => code)).toEqual(['kisi_key_invalid']);
    }
    const before = (await line.simulator.requests()).filter(({ status }) => status === 401).length;
    // One probe at a time, or Kisi suspends us for bad requests.
    expect(before).toBeLessThan(150);
    await line.simulator.clearFaults();
    await line.goTo(start + 62);
    expect([await opens(inside.email), await opens(coming.email)]).toEqual([false, true]);
    expect((await line.booking(coming.id)).problems).toEqual([]);
  });

  it('catches up within two minutes after an hour without Kisi, and says so meanwhile', async () => {
    const [inside, coming] = [newPerson(), newPerson()];
    const start = minute();
    await line.book({ id: inside.id, member: inside, from: start, until: start + 190 });
    await line.goTo(start + 1);
    await line.simulator.fault({ kind: 'outage' });
    await line.say(inside.id, { kind: 'cancellation', version: null });
    await line.book({ id: coming.id, member: coming, from: start + 60, until: start + 200 });
    await line.goTo(start + 61);
    expect((await line.booking(coming.id)).problems.map(({ code }) => code)).toEqual(['kisi_unavailable']);
    expect((await line.booking(inside.id)).state).toBe('revoking');
    await line.simulator.clearFaults();
    await line.goTo(start + 62);
    expect(await opens(inside.email)).toBe(false);
    await line.goTo(start + 63);
    expect(await opens(coming.email)).toBe(true);
    expect((await line.booking(coming.id)).problems).toEqual([]);
  });

  it('says rate_limited only when it lasts, and obeys Retry-After', async () => {
    const member = newPerson();
    const start = minute();
    await line.simulator.switches({ rate_limit_retry_after: 'seconds' });
    await line.simulator.fault({ kind: 'rate_limit', method: 'POST', path: '/role_assignments' });
    await line.book({ id: member.id, member, from: start, until: start + 60 });
    await line.goTo(start + 5);
    expect((await line.booking(member.id)).problems.map(({ code }) => code)).toEqual(['rate_limited']);
    await line.simulator.clearFaults();
    await line.goTo(start + 6);
    expect(await opens(member.email)).toBe(true);
    expect((await line.booking(member.id)).problems).toEqual([]);
  });

  it('does not let in, nor repeat for ever, what Kisi refuses for good', async () => {
    const member = newPerson();
    const start = minute();
    await line.simulator.fault({ kind: 'status', status: 403, code: 'fcd8ef', method: 'POST', path: '/users' });
    await line.book({ id: member.id, member, from: start, until: start + 60 });
    await line.goTo(start + 59);
    expect((await line.booking(member.id)).problems.map(({ code }) => code)).toEqual(['kisi_refused']);
    const tries = (await line.simulator.requests()).filter(({ status }) => status === 403).length;
    expect(tries).toBeLessThan(20);
  });

  it('takes away what an old request brings after its booking was cancelled and the door read as closed', async () => {
    const member = newPerson();
    const start = minute();
    // Longer than an attempt may take: it is given up, and arrives all the same.
    await line.simulator.fault({ kind: 'slow', delayMs: 9_500, method: 'POST', path: '/role_assignments', times: 1 });
    await line.book({ id: member.id, member, from: start, until: start + 600 });
    await line.run();
    await line.say(member.id, { kind: 'cancellation', version: null });
    await line.goTo(start + 1);
    expect(await opens(member.email)).toBe(false);
    await eventually('the old request arrives', () => opens(member.email));
    await line.goTo(start + 13);
    expect(await opens(member.email)).toBe(false);
    expect((await line.booking(member.id)).state).toBe('ended');
    expect((await atKisi(member.email)).assignments).toEqual([]);
  });

  it('never counts a user or an assignment of somebody else as ours', async () => {
    const member = newPerson();
    const start = minute();
    const user = (await line.simulator.byHand('POST', '/users', { user: { email: member.email } })) as { id: number };
    const foreign = (await line.simulator.byHand('POST', '/role_assignments', {
      role_assignment: { user_id: user.id, group_id: THAMES.group, role_id: 'group_basic' },
    })) as { id: number };
    await line.book({ id: member.id, member, from: start, until: start + 30 });
    await line.goTo(start + 45);
    expect((await line.booking(member.id)).state).toBe('ended');
    expect(await atKisi(member.email)).toMatchObject({ users: 1, assignments: [{ id: foreign.id }] });
  });
});
