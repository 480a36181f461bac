import { localMoment } from '../../src/domain/calendar';
import { isWithinHours, type OpeningHours } from '../../src/domain/opening-hours';
import { openTestLedger } from '../support/databases';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { FRONT } from '../support/world';

const LEA = 3003;
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const MORNINGS: OpeningHours = {
  weekly: [{ days: WEEK, from: '06:00', to: '12:00' }],
  exceptions: [],
  onHolidays: 'closed',
};
const AFTERNOONS: OpeningHours = { ...MORNINGS, weekly: [{ days: WEEK, from: '12:00', to: '20:00' }] };
const PLAN = 'plan/default/early';

/** What becomes of the Kisi group that a plan with opening hours has for a lock, whatever goes wrong on the way. */
describe('the opening hours of a plan', () => {
  let line: BenchLine;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger(), undefined, { attendsDoors: true });
    await savePlan(MORNINGS);
  });
  afterEach(() => line.stop());

  const actor = () => ({ organizationId: line.organizationId, name: 'test' });
  const savePlan = async (openingHours: OpeningHours | null, id = 'early'): Promise<void> => {
    const plan = { source: 'default', id, name: 'Early bird', locationId: 'london', openingHours };
    await line.latchkey.http.plans.save(actor(), plan, () => undefined);
    await line.latchkey.relay.fanOut();
  };
  const map = async (type: 'lock' | 'group', targetId: number, plan = 'early'): Promise<void> => {
    await line.latchkey.http.catalogue.saveDoorMapping(actor(), {
      ...{ id: `m-${plan}`, integrationId: line.integrationId, name: 'Door', enabled: true },
      ...{ subject: { type: 'plan', source: 'default', id: plan }, target: { type, id: targetId } },
      ...{ leadMinutes: null, graceMinutes: null },
    });
    await line.latchkey.relay.fanOut();
  };
  const minute = (): number => Math.ceil((line.now() - line.at(0)) / 60_000);
  const rows = () => line.ledger.prisma.lockGroup.findMany({ where: { lockId: LEA }, orderBy: { hoursOf: 'asc' } });
  const row = async (hoursOf = PLAN) => {
    const found = (await rows()).find((one) => one.hoursOf === hoursOf);
    if (found === undefined) throw new Error(`There is no group of ${hoursOf}.`);
    return found;
  };
  const groupId = async (): Promise<number> => (await row()).groupId ?? 0;
  const schedules = async (group: number): Promise<{ id: number }[]> =>
    (await line.simulator.byHand('GET', `/schedules?scheduleable_id=${group}&limit=250`)) as { id: number }[];
  const writes = async (): Promise<string[]> =>
    (await line.simulator.requests())
      .filter(({ method, path }) => method !== 'GET' && /^\/(groups|schedules|group_locks)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/\d+/, ':id')}`);
  /** Somebody with access through the group of the plan, given at Kisi by hand, so that only its hours decide. */
  const letIn = async (email = 'early@example.com'): Promise<string> => {
    const user = (await line.simulator.byHand('POST', '/users', { user: { email } })) as { id: number };
    const role = { role_id: 'group_basic', applies_to_type: 'Group', applies_to_id: await groupId() };
    await line.simulator.byHand('POST', '/role_assignments', {
      role_assignment: { ...role, assignee_type: 'User', assignee_id: user.id },
    });
    return email;
  };
  /** At every hour of the next days the door does what the hours say. */
  const expectHours = async (email: string, hours: OpeningHours): Promise<void> => {
    const local = { hours, holidays: await holidays(), timeZone: 'Europe/London' };
    for (let hour = 0; hour < 72; hour += 3) {
      const at = line.now() + hour * 3_600_000;
      expect([hour, (await line.simulator.access(email, LEA, at)).allowed]).toEqual([hour, isWithinHours(local, at)]);
    }
  };
  const holidays = async () =>
    (await line.latchkey.http.catalogue.getLocation(line.organizationId, 'london'))?.holidays ?? [];
  const state = async (): Promise<string> =>
    (await line.latchkey.http.catalogue.getDoorMapping(line.organizationId, 'm-early'))?.state ?? '';
  const told = async (kind: string): Promise<number> => line.ledger.prisma.timelineEntry.count({ where: { kind } });

  it('make a group of their own, which is restricted before it opens anything', async () => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const own = await row();
    expect(await rows()).toHaveLength(1);
    expect(own).toMatchObject({ status: 'ready', origin: 'made', problem: null });
    expect(await line.simulator.byHand('GET', `/groups/${own.groupId}`)).toMatchObject({
      time_restriction_enabled: true,
      time_restriction_time_zone: 'Europe/London',
      locks_count: 1,
    });
    const asked = await writes();
    expect(asked.indexOf('POST /schedules')).toBeGreaterThan(asked.indexOf('POST /groups'));
    expect(await state()).toBe('active');
    await expectHours(await letIn(), MORNINGS);
  });

  it('reach nobody else: a room behind the same lock has the common group', async () => {
    await map('lock', LEA);
    await savePlan(AFTERNOONS, 'late');
    await map('lock', LEA, 'late');
    await line.latchkey.http.catalogue.saveDoorMapping(actor(), {
      ...{ id: 'm-room', integrationId: line.integrationId, name: 'Door', enabled: true },
      ...{ subject: { type: 'resource', source: 'default', id: 'thames' }, target: { type: 'lock', id: LEA } },
      ...{ leadMinutes: null, graceMinutes: null },
    });
    await line.goTo(minute() + 2);
    const [common, early, late] = await rows();
    expect([common?.hoursOf, early?.hoursOf, late?.hoursOf]).toEqual(['', PLAN, 'plan/default/late']);
    expect(new Set([common?.groupId, early?.groupId, late?.groupId]).size).toBe(3);
    expect(await line.simulator.byHand('GET', `/groups/${common?.groupId}`)).toMatchObject({
      time_restriction_enabled: false,
    });
    const mapping = await line.latchkey.http.catalogue.getDoorMapping(line.organizationId, 'm-late');
    expect(mapping).toMatchObject({ state: 'active', groupId: late?.groupId });
    const room = await line.latchkey.http.catalogue.getDoorMapping(line.organizationId, 'm-room');
    expect(room).toMatchObject({ state: 'active', groupId: common?.groupId });
  });

  it('reach Kisi within a minute when they change, without a closed door in between', async () => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const email = await letIn();
    await savePlan(AFTERNOONS);
    // Until Kisi was read to hold them, nobody gets in through the group anew.
    expect(await state()).toBe('door_group_pending');
    await line.goTo(minute() + 1);
    expect(await state()).toBe('active');
    await expectHours(email, AFTERNOONS);
    expect((await writes()).filter((one) => one.includes('schedules'))).toEqual([
      'POST /schedules',
      'PATCH /schedules/:id',
    ]);
    expect(await told('opening_hours_changed')).toBe(0);
  });

  it('follow the holidays and the zone of the location', async () => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const email = await letIn();
    const { date } = localMoment(line.now() + 86_400_000, 'Europe/London');
    const { catalogue } = line.latchkey.http;
    const london = { id: 'london', name: 'London', timeZone: 'Europe/London' };
    await catalogue.saveLocation(actor(), { ...london, holidays: [{ date, name: 'A day off' }] });
    await line.latchkey.relay.fanOut();
    await line.goTo(minute() + 1);
    await expectHours(email, MORNINGS);
    expect(await schedules(await groupId())).toHaveLength(2);
    await catalogue.saveLocation(actor(), { ...london, timeZone: 'America/New_York' });
    await line.latchkey.relay.fanOut();
    await line.goTo(minute() + 1);
    expect(await line.simulator.byHand('GET', `/groups/${await groupId()}`)).toMatchObject({
      time_restriction_time_zone: 'America/New_York',
    });
    expect(await schedules(await groupId())).toHaveLength(1);
  });

  it('are dropped: the mapping goes back to the common group, and the old one is left as it is', async () => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const own = await groupId();
    await savePlan(null);
    await line.goTo(minute() + 1);
    const common = await row('');
    const mapping = await line.latchkey.http.catalogue.getDoorMapping(line.organizationId, 'm-early');
    expect(mapping).toMatchObject({ state: 'active', groupId: common.groupId });
    expect(await schedules(own)).toHaveLength(1);
    // Other hours afterwards: the group that is still there opens nothing anew before it holds them.
    await savePlan(AFTERNOONS);
    expect(await state()).toBe('door_group_pending');
    await line.goTo(minute() + 1);
    expect(await state()).toBe('active');
    expect(await groupId()).toBe(own);
    await expectHours(await letIn(), AFTERNOONS);
  });

  it('are written a few at a time when there are many, and the group is ready only after the last', async () => {
    const first = Date.parse(new Date(line.now()).toISOString().slice(0, 10));
    const date = (days: number): string => new Date(first + days * 86_400_000).toISOString().slice(0, 10);
    const exceptions = Array.from({ length: 35 }, (_, index) => ({ date: date(index + 1), periods: [] }));
    await savePlan({ ...MORNINGS, exceptions });
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    expect(await row()).toMatchObject({ status: 'ready' });
    expect(await schedules(await groupId())).toHaveLength(36);
    await expectHours(await letIn(), { ...MORNINGS, exceptions });
  });

  const CHANGES: readonly (readonly [string, (group: number) => Promise<void>])[] = [
    [
      'another schedule is added',
      async (group) => {
        const schedule = {
          scheduleable_type: 'Group',
          scheduleable_id: group,
          kind: 'recurring',
          consequence: 'allow',
        };
        const night = { weekdays: ['mon'], start_time: '00:00', end_time: '06:00' };
        await line.simulator.byHand('POST', '/schedules', { schedule: { ...schedule, ...night } });
      },
    ],
    [
      'a schedule is changed',
      async (group) => {
        const [{ id } = { id: 0 }] = await schedules(group);
        await line.simulator.byHand('PATCH', `/schedules/${id}`, { schedule: { end_time: '23:00' } });
      },
    ],
    [
      'a schedule is deleted',
      async (group) => {
        const [{ id } = { id: 0 }] = await schedules(group);
        await line.simulator.byHand('DELETE', `/schedules/${id}`);
      },
    ],
    [
      'the restriction is switched off',
      async (group) => {
        await line.simulator.byHand('PATCH', `/groups/${group}`, { group: { time_restriction_enabled: false } });
      },
    ],
    [
      'the zone is changed',
      async (group) => {
        await line.simulator.byHand('PATCH', `/groups/${group}`, {
          group: { time_restriction_time_zone: 'Asia/Tokyo' },
        });
      },
    ],
  ];
  it.each(CHANGES)('are put right within minutes when %s in Kisi, and it is told', async (_, change) => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const email = await letIn();
    await change(await groupId());
    // While Kisi refuses to be mended, everybody is told, and nobody gets in anew.
    for (const path of ['/schedules', '/schedules/:id', '/groups/:id']) {
      for (const method of ['POST', 'PATCH', 'DELETE']) {
        await line.simulator.fault({ method, path, kind: 'status', status: 500, times: 50 });
      }
    }
    await line.goTo(minute() + 6);
    expect(await row()).toMatchObject({ status: 'changed', problem: 'opening_hours_changed' });
    expect(await state()).toBe('opening_hours_changed');
    await line.simulator.clearFaults();
    await line.goTo(minute() + 2);
    expect(await row()).toMatchObject({ status: 'ready', problem: null });
    expect(await state()).toBe('active');
    await expectHours(email, MORNINGS);
    expect([await told('opening_hours_changed'), await told('opening_hours_restored')]).toEqual([1, 1]);
    expect(await line.ledger.prisma.auditEntry.findFirst({ where: { action: 'opening_hours_changed' } })).toMatchObject(
      {
        actor: 'kisi',
      },
    );
  });

  it.each([
    ...(['drop_before', 'drop_after', 'html', 'rate_limit'] as const).flatMap((kind) =>
      [
        ['POST', '/groups'],
        ['POST', '/schedules'],
        ['GET', '/schedules'],
        ['PATCH', '/schedules/:id'],
      ].map(([method = '', path = '']) => [method, path, { kind }] as const),
    ),
    ['POST', '/schedules', { kind: 'status', status: 500 }] as const,
    ['POST', '/schedules', { kind: 'outage' }] as const,
    ['GET', '/schedules', { kind: 'status', status: 404 }] as const,
  ])('are held once, and by one group, after %s %s went wrong by %j', async (method, path, fault) => {
    await line.simulator.fault({ method, path, ...fault, times: 2 });
    await map('lock', LEA);
    await line.goTo(minute() + 2);
    await savePlan(AFTERNOONS);
    await line.goTo(minute() + 2);
    expect(await row()).toMatchObject({ status: 'ready', problem: null });
    expect(await schedules(await groupId())).toHaveLength(1);
    await expectHours(await letIn(), AFTERNOONS);
    const groups = (await line.simulator.byHand('GET', '/groups?query=Latchkey&limit=250')) as unknown[];
    expect(groups).toHaveLength(1);
    expect(await told('opening_hours_changed')).toBe(0);
  });

  it('are left as they are while the integration only observes', async () => {
    await map('lock', LEA);
    await line.goTo(minute() + 1);
    const before = (await writes()).length;
    await line.ledger.prisma.integration.updateMany({ data: { mode: 'observe' } });
    await line.simulator.byHand('PATCH', `/groups/${await groupId()}`, { group: { time_restriction_enabled: false } });
    await line.goTo(minute() + 12);
    expect(await row()).toMatchObject({ status: 'changed', problem: 'opening_hours_changed' });
    expect((await writes()).length).toBe(before + 1);
    expect(await told('opening_hours_changed')).toBe(1);
  });

  it('do not go round in a circle where Kisi keeps no zone of a group', async () => {
    await line.simulator.switches({ group_time_zone: 'ignored' });
    const { catalogue } = line.latchkey.http;
    await catalogue.saveLocation(actor(), { id: 'london', name: 'London', timeZone: 'Europe/Berlin' });
    await map('lock', LEA);
    await line.goTo(minute() + 10);
    // The place of the lock is in London, so hours of Berlin cannot be held: nobody gets in rather than at wrong times.
    expect(await row()).toMatchObject({ status: 'making' });
    expect((await writes()).length).toBeLessThan(30);
    await catalogue.saveLocation(actor(), { id: 'london', name: 'London', timeZone: 'Europe/London' });
    await line.latchkey.relay.fanOut();
    await line.goTo(minute() + 2);
    expect(await row()).toMatchObject({ status: 'ready' });
  });

  it('never touch a group that is not ours', async () => {
    await map('group', FRONT.group);
    await line.goTo(minute() + 6);
    expect(await writes()).toEqual([]);
    expect(await state()).toBe('active');
  });
});
