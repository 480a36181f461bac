import { openTestLedger } from '../support/databases';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { FRONT } from '../support/world';
import { mapLock } from '../support/world/map-lock';

const LEA = 3003;
const DESKS = 3004;
const SERVER_ROOM = 3005;

interface SeenGroup {
  readonly id: number;
  readonly name: string;
  readonly place_id: number | null;
  readonly locks_count: number;
}

/** What becomes of the Kisi group of one lock, whatever goes wrong while it is made or afterwards. */
describe('the group of exactly one lock', () => {
  let line: BenchLine;
  let count = 0;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger(), undefined, { attendsDoors: true });
  });
  afterEach(() => line.stop());

  const minute = (): number => Math.ceil((line.now() - line.at(0)) / 60_000);
  const map = (lockId: number, resource = 'thames'): Promise<void> => mapLock(line.latchkey, line, resource, lockId);
  const ours = async (): Promise<SeenGroup[]> =>
    ((await line.simulator.byHand('GET', '/groups?limit=250')) as SeenGroup[]).filter(({ name }) =>
      name.startsWith('Latchkey: '),
    );
  const locksOf = async (groupId: number): Promise<number[]> =>
    ((await line.simulator.byHand('GET', `/group_locks?group_id=${groupId}`)) as { lock_id: number }[]).map(
      (one) => one.lock_id,
    );
  const row = (lockId = LEA) =>
    line.ledger.prisma.lockGroup.findUniqueOrThrow({
      where: { integrationId_lockId_hoursOf: { integrationId: line.integrationId, lockId, hoursOf: '' } },
    });
  const opens = async (email: string, lockId = LEA): Promise<boolean> =>
    (await line.simulator.access(email, lockId, line.now())).allowed;
  const book = async (until = 60): Promise<{ id: string; email: string; name: string }> => {
    count += 1;
    const member = { id: `d${count}`, email: `d${count}@example.com`, name: 'D' };
    await line.book({ id: member.id, member, from: minute(), until: minute() + until });
    return member;
  };
  const writes = async (): Promise<string[]> =>
    (await line.simulator.requests())
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/group'))
      .map(({ method, path }) => `${method} ${path}`);
  /** One group of ours, of exactly this lock, through which whoever booked gets in. */
  const expectOneDoor = async (email: string, lockId = LEA): Promise<void> => {
    expect(await opens(email, lockId)).toBe(true);
    const [group, ...more] = await ours();
    expect(more).toEqual([]);
    expect(group).toMatchObject({ place_id: 2001, locks_count: 1 });
    expect(await locksOf(group?.id ?? 0)).toEqual([lockId]);
    expect(await row(lockId)).toMatchObject({ status: 'ready', groupId: group?.id, problem: null, intentName: null });
  };

  it('is made in the place of the lock, and opens that door and no other', async () => {
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 1);
    await expectOneDoor(member.email);
    for (const other of [3001, 3002, 3004, 3005]) expect(await opens(member.email, other)).toBe(false);
    const seen = await line.booking(member.id);
    expect(seen).toMatchObject({ state: 'active', problems: [] });
    expect(seen.doors).toMatchObject([{ mappingNames: ['thames lock 3003'], state: 'open' }]);
    expect((await ours())[0]?.name).toMatch(/^Latchkey: London Meeting Room Lea \([0-9a-f]{8}\)$/);
  });

  it('is made once for two rooms behind one door', async () => {
    await map(LEA);
    await map(LEA, 'lobby');
    await line.goTo(minute() + 1);
    expect(await ours()).toHaveLength(1);
  });

  it('keeps a booking waiting that came before it, and lets it go on by itself', async () => {
    await line.simulator.fault({ method: 'POST', path: '/groups', kind: 'status', status: 403, times: 3 });
    await map(LEA);
    const member = await book();
    await line.run();
    expect(await line.booking(member.id)).toMatchObject({
      state: 'provisioning',
      problems: [{ code: 'door_group_pending' }],
    });
    expect(await opens(member.email)).toBe(false);
    await line.goTo(minute() + 2);
    await expectOneDoor(member.email);
  });

  const FAULTS = [
    ...(['drop_before', 'drop_after', 'html', 'truncated', 'rate_limit'] as const).map((kind) => ({ kind })),
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
  ];
  const STEPS = [
    ['GET', '/places'],
    ['GET', '/locks'],
    ['GET', '/groups'],
    ['POST', '/groups'],
    ['GET', '/group_locks'],
    ['POST', '/group_locks'],
  ] as const;
  it.each(
    STEPS.flatMap(([method, path]) =>
      // A reading that fails is a reading that fails; what a write did before it failed is the question.
      FAULTS.slice(0, method === 'GET' ? 3 : FAULTS.length).map((fault) => [method, path, fault] as const),
    ),
  )('is one group, and the door opens, after %s %s went wrong by %j', async (method, path, fault) => {
    await line.simulator.fault({ method, path, ...fault, times: 1 });
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 2);
    await expectOneDoor(member.email);
  });

  it('is one group after several answers in a row were lost', async () => {
    await line.simulator.fault({ method: 'POST', path: '/groups', kind: 'drop_after', times: 1 });
    await line.simulator.fault({ method: 'GET', path: '/groups', kind: 'drop_before', times: 4 });
    await line.simulator.fault({ method: 'POST', path: '/group_locks', kind: 'drop_after', times: 2 });
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 4);
    await expectOneDoor(member.email);
  });

  it('never takes over a group by its name alone', async () => {
    await line.simulator.byHand('POST', '/groups', { group: { name: 'Latchkey: London Meeting Room Lea (00000000)' } });
    await map(LEA);
    await line.goTo(minute() + 1);
    expect(await ours()).toHaveLength(2);
    expect((await ours()).map(({ locks_count }) => locks_count).sort()).toEqual([0, 1]);
  });

  it('is made again when somebody deleted it, and whoever booked gets in again', async () => {
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 1);
    const [group] = await ours();
    await line.simulator.byHand('DELETE', `/groups/${group?.id}`);
    expect(await opens(member.email)).toBe(false);
    await line.goTo(minute() + 7);
    await expectOneDoor(member.email);
    expect((await ours())[0]?.id).not.toBe(group?.id);
    expect(await line.booking(member.id)).toMatchObject({ state: 'active', problems: [] });
  });

  it('gets rid of a second lock that somebody added, and says so until that is done', async () => {
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 1);
    const [group] = await ours();
    const pair = { group_lock: { group_id: group?.id, lock_id: SERVER_ROOM } };
    await line.simulator.byHand('POST', '/group_locks', pair);
    expect(await opens(member.email, SERVER_ROOM)).toBe(true);
    await line.simulator.fault({ method: 'DELETE', path: '/group_locks/:id', kind: 'status', status: 500, times: 20 });
    await line.goTo(minute() + 6);
    expect(await row()).toMatchObject({ status: 'changed', problem: 'lock_group_changed' });
    expect(await line.booking(member.id)).toMatchObject({
      state: 'blocked',
      problems: [{ code: 'lock_group_changed' }],
    });
    // Whoever has the door keeps it; nobody gets it anew.
    expect(await opens(member.email)).toBe(true);
    const late = await book();
    await line.goTo(minute() + 1);
    expect(await opens(late.email)).toBe(false);
    await line.simulator.clearFaults();
    await line.goTo(minute() + 2);
    expect(await opens(member.email, SERVER_ROOM)).toBe(false);
    expect(await opens(late.email)).toBe(true);
    await expectOneDoor(member.email);
    expect(await line.booking(member.id)).toMatchObject({ state: 'active', problems: [] });
  });

  it('gets its lock back when somebody took it out or swapped it', async () => {
    await map(LEA);
    const member = await book(200);
    await line.goTo(minute() + 1);
    const [group] = await ours();
    const [pair] = (await line.simulator.byHand('GET', `/group_locks?group_id=${group?.id}`)) as { id: number }[];
    await line.simulator.byHand('DELETE', `/group_locks/${pair?.id}`);
    await line.simulator.byHand('POST', '/group_locks', { group_lock: { group_id: group?.id, lock_id: DESKS } });
    // The number of doors is still one, so only looking into the group shows it.
    await line.goTo(minute() + 62);
    await expectOneDoor(member.email);
    expect(await opens(member.email, DESKS)).toBe(false);
  });

  describe('that an operator handed over', () => {
    const adopt = (lockId: number, groupId: number) =>
      line.latchkey.http.adoptLockGroup(
        { organizationId: line.organizationId, name: 'test' },
        { integrationId: line.integrationId, lockId, groupId },
      );

    it('is used instead of one of our own', async () => {
      expect(await adopt(FRONT.lock, FRONT.group)).toMatchObject({
        id: FRONT.lock,
        lockGroup: { groupId: FRONT.group, origin: 'adopted', status: 'ready' },
      });
      await map(FRONT.lock);
      const member = await book();
      await line.goTo(minute() + 1);
      expect(await opens(member.email, FRONT.lock)).toBe(true);
      expect(await ours()).toEqual([]);
      expect(await writes()).toEqual([]);
    });

    it('is never changed: its claims wait until the operator took the other door out', async () => {
      await adopt(FRONT.lock, FRONT.group);
      await map(FRONT.lock);
      const early = await book();
      await line.goTo(minute() + 1);
      const made = await line.simulator.byHand('POST', '/group_locks', {
        group_lock: { group_id: FRONT.group, lock_id: SERVER_ROOM },
      });
      await line.goTo(minute() + 6);
      expect(await row(FRONT.lock)).toMatchObject({ status: 'changed', problem: 'lock_group_changed' });
      const late = await book();
      await line.goTo(minute() + 1);
      expect(await opens(late.email, FRONT.lock)).toBe(false);
      expect(await line.booking(late.id)).toMatchObject({
        state: 'blocked',
        problems: [{ code: 'lock_group_changed' }],
      });
      expect(await opens(early.email, FRONT.lock)).toBe(true);
      await line.simulator.byHand('DELETE', `/group_locks/${(made as { id: number }).id}`);
      await line.goTo(minute() + 2);
      expect(await opens(late.email, FRONT.lock)).toBe(true);
      expect((await writes()).filter((one) => one.startsWith('DELETE /group_locks'))).toHaveLength(1);
    });

    it('is not made again when it is gone', async () => {
      await adopt(FRONT.lock, FRONT.group);
      await map(FRONT.lock);
      await line.goTo(minute() + 1);
      await line.simulator.byHand('DELETE', `/groups/${FRONT.group}`);
      await line.goTo(minute() + 6);
      expect(await row(FRONT.lock)).toMatchObject({
        status: 'missing',
        problem: 'group_missing',
        groupId: FRONT.group,
      });
      const member = await book();
      await line.goTo(minute() + 1);
      expect(await line.booking(member.id)).toMatchObject({ state: 'blocked', problems: [{ code: 'group_missing' }] });
      expect(await ours()).toEqual([]);
    });
  });

  it('is made once Kisi accepts the key again', async () => {
    const { prisma } = line.ledger;
    await line.simulator.fault({ kind: 'status', status: 401 });
    await map(LEA);
    const member = await book();
    await line.goTo(minute() + 3);
    expect(await prisma.integration.findUniqueOrThrow({ where: { id: line.integrationId } })).toMatchObject({
      health: 'key_invalid',
    });
    expect(await writes()).toEqual([]);
    await line.simulator.clearFaults();
    await line.goTo(minute() + 3);
    await expectOneDoor(member.email);
  });

  it('is asked for gently while Kisi is down, and made when it is back', async () => {
    await line.simulator.fault({ kind: 'outage' });
    await map(LEA);
    await map(DESKS, 'lobby');
    const member = await book(120);
    await line.goTo(minute() + 20);
    const asked = (await line.simulator.requests()).filter(({ path }) => path !== '/user').length;
    expect(asked).toBeLessThan(60);
    await line.simulator.clearFaults();
    await line.goTo(minute() + 3);
    expect(await opens(member.email)).toBe(true);
    expect(await ours()).toHaveLength(2);
  });

  it('is not made while the integration only observes', async () => {
    const { prisma } = line.ledger;
    await prisma.integration.update({ where: { id: line.integrationId }, data: { mode: 'observe' } });
    await map(LEA);
    await line.goTo(minute() + 10);
    expect(await writes()).toEqual([]);
    expect(await row()).toMatchObject({ status: 'wanted' });
    await prisma.integration.update({ where: { id: line.integrationId }, data: { mode: 'enforce' } });
    await line.goTo(minute() + 6);
    expect(await row()).toMatchObject({ status: 'ready' });
  });

  it('waits for a lock that Kisi does not show, and is made when it does', async () => {
    await map(3999);
    await line.goTo(minute() + 1);
    const mapping = () => line.ledger.prisma.doorMapping.findFirstOrThrow();
    expect(await mapping()).toMatchObject({ verification: 'missing' });
    expect(await row(3999)).toMatchObject({ status: 'wanted' });
    const member = await book();
    await line.run();
    expect(await line.booking(member.id)).toMatchObject({ state: 'blocked', problems: [{ code: 'group_missing' }] });
    expect(await writes()).toEqual([]);
  });
});

describe('a mapping of a group', () => {
  it('is verified by itself, and gives nothing anew once the group is gone', async () => {
    const line = await openBenchLine(await openTestLedger(), undefined, { attendsDoors: true });
    try {
      await line.map('thames', FRONT.group);
      const mapping = () => line.ledger.prisma.doorMapping.findFirstOrThrow();
      await line.goTo(1);
      expect(await mapping()).toMatchObject({ verification: 'verified' });
      await line.simulator.byHand('DELETE', `/groups/${FRONT.group}`);
      await line.goTo(8);
      expect(await mapping()).toMatchObject({ verification: 'missing' });
      await line.book({ id: 'late', from: 30, until: 60 });
      await line.run();
      expect(await line.booking('late')).toMatchObject({
        state: 'blocked',
        problems: [{ code: 'group_missing' }],
        doors: [],
      });
    } finally {
      await line.stop();
    }
  });
});
