import type { GroupHours, HoursEntry, LocalHours } from '../../src/domain/opening-hours';
import { createKisiGateway } from '../../src/kisi/client';
import { createUnlimitedLimiter } from '../../src/kisi/limiter';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { keepGroupHours } from '../../src/usecases/keep-group-hours';
import type { LockGroupResult } from '../../src/usecases/lock-group-ports';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

const GROUP = 4002;
const NOW = Date.parse('2027-01-12T10:00:00Z');
const DAY = 86_400_000;

/** How the hours of a group are written and read at Kisi. */
describe('opening hours at Kisi', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;
  const kisi = () =>
    createKisiGateway({
      ...{ baseUrl: simulator.url, apiKey: 'simulated-key-of-the-integration', apiUserKey: 'test' },
      ...{ limiter: createUnlimitedLimiter(), clock: () => NOW },
    });

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
  });
  beforeEach(async () => {
    await control.reset();
    await control.switches({ requestsPerSecond: 0, api_key_unused_days: 0 });
  });
  afterAll(() => simulator.close());

  const ENTRIES: readonly HoursEntry[] = [
    { kind: 'weekly', days: ['mon', 'sun'], from: '00:00', to: '24:00' },
    { kind: 'single', startsAt: NOW, endsAt: NOW + DAY },
    { kind: 'closed', date: '2028-02-29' },
  ];
  const entriesOf = async (groupId = GROUP): Promise<readonly HoursEntry[]> => {
    const found = await kisi().listSchedules(groupId);
    if (found.kind !== 'done') throw new Error(found.kind);
    return found.value.map(({ entry }) => entry);
  };

  it('are read as they were written, changed and deleted', async () => {
    for (const entry of ENTRIES) expect(await kisi().createSchedule(GROUP, entry)).toEqual({ kind: 'done' });
    expect(await entriesOf()).toEqual(ENTRIES);
    expect(await entriesOf(4001)).toEqual([]);
    const found = await kisi().listSchedules(GROUP);
    const [{ id } = { id: 0 }] = found.kind === 'done' ? found.value : [];
    const later = { kind: 'weekly', days: ['tue'], from: '09:30', to: '10:00' } as const;
    expect(await kisi().updateSchedule(id, later)).toEqual({ kind: 'done' });
    expect(await entriesOf()).toContainEqual(later);
    expect(await kisi().deleteSchedule(id)).toEqual({ kind: 'done' });
    expect(await kisi().deleteSchedule(id)).toEqual({ kind: 'gone' });
    expect(await entriesOf()).toEqual(ENTRIES.slice(1));
    expect(await kisi().createSchedule(1, later)).toEqual({ kind: 'gone' });
  });

  it('are unreadable where somebody wrote them otherwise, never taken for something else', async () => {
    const schedule = { scheduleable_type: 'Group', scheduleable_id: GROUP, kind: 'recurring', consequence: 'deny' };
    const monday = { weekdays: ['mon'], start_time: '09:00', end_time: '10:00' };
    await control.byHand('POST', '/schedules', { schedule: { ...schedule, ...monday } });
    expect(await entriesOf()).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('restrict a group in its zone', async () => {
    expect(await kisi().restrictGroup(GROUP, 'Europe/Berlin')).toEqual({ kind: 'done' });
    expect(await kisi().getGroup(GROUP)).toMatchObject({
      value: { time_restriction_enabled: true, time_restriction_time_zone: 'Europe/Berlin' },
    });
    expect(await kisi().restrictGroup(1, 'Europe/Berlin')).toEqual({ kind: 'gone' });
    expect(await kisi().getPlace(2001)).toMatchObject({ kind: 'done', value: { time_zone: 'Europe/London' } });
  });

  it('move on with time: an exception far away is written when it comes near', async () => {
    const local: LocalHours = {
      hours: {
        weekly: [{ days: ['mon'], from: '06:00', to: '12:00' }],
        exceptions: [{ date: new Date(NOW + 401 * DAY).toISOString().slice(0, 10), periods: [] }],
        onHolidays: 'closed',
      },
      holidays: [],
      timeZone: 'Europe/London',
    };
    const check = (now: number, hoursHeld: GroupHours | null): Promise<LockGroupResult> =>
      keepGroupHours(
        {
          kisi: { ...kisi(), credential: { keySeq: 1, kisiUserId: null } },
          begun: {
            ...{ mode: 'enforce', origin: 'made', status: 'ready', problem: null, groupId: GROUP, failures: 0 },
            ...{ intentName: null, intentDeadline: null, lockName: null, placeId: null, hoursName: null },
            ...{ hours: local, hoursHeld },
          },
          ref: { lockId: 3002, hoursOf: 'plan/default/early' },
          ...{ signal: AbortSignal.timeout(8_000), clock: () => now, deadlineAt: now + 8_000 },
        },
        GROUP,
        local,
      );
    const first = await check(NOW, null);
    expect(first.update).toMatchObject({ status: 'ready', hoursHeld: { entries: [{ kind: 'weekly' }] } });
    const held = first.update.hoursHeld ?? null;
    expect(await check(NOW + DAY / 2, held)).toMatchObject({ update: { status: 'ready' }, note: null });
    // First it is noted that a change of ours is under way, so that it is not taken for somebody else's.
    const later = await check(NOW + 2 * DAY, held);
    expect([later.update.hoursHeld, later.update.status, later.note]).toEqual([null, undefined, null]);
    expect(await entriesOf()).toHaveLength(1);
    expect(await check(NOW + 2 * DAY, null)).toMatchObject({
      update: { status: 'ready' },
      note: { kind: 'opening_hours_written' },
    });
    expect(await entriesOf()).toHaveLength(2);
  });
});
