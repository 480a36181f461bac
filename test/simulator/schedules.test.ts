import { decide } from '../../src/kisi-simulator/rules/access';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

const GROUP = 4002;
const LOCK = 3002;
const EMAIL = 'kim@example.com';
/** A Tuesday in winter, when London's clock shows UTC. */
const at = (time: string): number => Date.parse(`2027-01-12T${time}:00Z`);

/** Kisi API, schedules: when a group lets in; which fields Kisi has is not confirmed (docs/kisi-simulator.md). */
describe('schedules of the simulated Kisi', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
  });
  beforeEach(async () => {
    await control.reset();
    await control.switches({ requestsPerSecond: 0, api_key_unused_days: 0 });
    await control.setClock(at('10:00'));
    const user = (await control.byHand('POST', '/users', { user: { email: EMAIL } })) as { id: number };
    const role = { role_id: 'group_basic', applies_to_type: 'Group', applies_to_id: GROUP };
    const assignment = { ...role, assignee_type: 'User', assignee_id: user.id };
    await control.byHand('POST', '/role_assignments', { role_assignment: assignment });
  });
  afterAll(() => simulator.close());

  const restrict = (group: object): Promise<unknown> => control.byHand('PATCH', `/groups/${GROUP}`, { group });
  const make = (schedule: object): Promise<unknown> =>
    control.byHand('POST', '/schedules', {
      schedule: { scheduleable_type: 'Group', scheduleable_id: GROUP, consequence: 'allow', ...schedule },
    });
  const evening = { kind: 'recurring', weekdays: ['tue'], start_time: '18:00', end_time: '24:00' };
  const reason = async (time: string): Promise<string> => (await control.access(EMAIL, LOCK, at(time))).reason;

  it('hold only while the time restriction of the group is on', async () => {
    await make(evening);
    expect(await reason('10:00')).toBe('opens');
    await restrict({ time_restriction_enabled: true });
    expect(await control.byHand('GET', `/groups/${GROUP}`)).toMatchObject({ time_restriction_enabled: true });
    expect(await reason('17:59')).toBe('outside_hours');
    expect(await reason('18:00')).toBe('opens');
    expect(await reason('23:59')).toBe('opens');
  });

  it('are none: a restricted group lets nobody in', async () => {
    await restrict({ time_restriction_enabled: true });
    expect(await reason('10:00')).toBe('outside_hours');
    expect((await control.accesses()).filter(({ email }) => email === EMAIL)).toEqual([]);
    const refused = await fetch(`${control.url}/_simulator/unlock`, {
      method: 'POST',
      body: JSON.stringify({ email: EMAIL, lockId: LOCK }),
    });
    expect(await refused.json()).toMatchObject({ allowed: false, reason: 'outside_hours' });
    expect(decide('outside_hours')).toMatchObject({ status: 403, code: '34ffaa' });
  });

  it('let in everyone who is listed, and list nobody else', async () => {
    await restrict({ time_restriction_enabled: true });
    await make(evening);
    const listed = async (): Promise<boolean> => (await control.accesses()).some(({ email }) => email === EMAIL);
    expect(await listed()).toBe(false);
    await control.setClock(at('18:30'));
    expect(await listed()).toBe(true);
  });

  it('are meant in the zone of the group, else of its place', async () => {
    await restrict({ time_restriction_enabled: true, time_restriction_time_zone: 'Europe/Berlin' });
    await make(evening);
    expect(await reason('17:00')).toBe('opens');
    expect(await reason('16:59')).toBe('outside_hours');
    await control.switches({ group_time_zone: 'ignored' });
    expect(await reason('17:00')).toBe('outside_hours');
    await expect(restrict({ time_restriction_time_zone: 'Mars/Olympus' })).rejects.toThrow(/422/);
  });

  it('with override replace the others on the dates they touch', async () => {
    await restrict({ time_restriction_enabled: true });
    await make(evening);
    const single = {
      kind: 'single',
      override: true,
      starts_at: '2027-01-12T09:00:00Z',
      ends_at: '2027-01-12T11:00:00Z',
    };
    await make(single);
    expect(await reason('10:00')).toBe('opens');
    expect(await reason('18:30')).toBe('outside_hours');
    await control.switches({ schedule_override: 'adds' });
    expect(await reason('18:30')).toBe('opens');
    await control.switches({ schedule_override: 'replaces_day' });
    expect((await control.access(EMAIL, LOCK, at('18:30') + 7 * 86_400_000)).reason).toBe('opens');
    await make({ kind: 'all_day', consequence: 'deny', override: true, date: '2027-01-19' });
    expect((await control.access(EMAIL, LOCK, at('18:30') + 7 * 86_400_000)).reason).toBe('outside_hours');
  });

  it('are listed by group, changed and deleted, and go with their group', async () => {
    const { id } = (await make(evening)) as { id: number };
    const list = (query: string): Promise<unknown> => control.byHand('GET', `/schedules?${query}`);
    expect(await list(`scheduleable_type=Group&scheduleable_id=${GROUP}`)).toMatchObject([{ id, ...evening }]);
    expect(await list('scheduleable_type=Group&scheduleable_id=4001')).toEqual([]);
    await control.byHand('PATCH', `/schedules/${id}`, { schedule: { start_time: '19:00' } });
    expect(await control.byHand('GET', `/schedules/${id}`)).toMatchObject({ start_time: '19:00', end_time: '24:00' });
    await control.byHand('DELETE', `/schedules/${id}`);
    await expect(control.byHand('DELETE', `/schedules/${id}`)).rejects.toThrow(/404/);
    await make(evening);
    await control.byHand('DELETE', `/groups/${GROUP}`);
    expect(await list('')).toEqual([]);
  });

  it.each([
    [{ kind: 'recurring', weekdays: [], start_time: '09:00', end_time: '10:00' }, 'weekdays'],
    [{ kind: 'recurring', weekdays: ['mon'], start_time: '10:00', end_time: '09:00' }, 'end_time'],
    [{ kind: 'single', starts_at: '2027-01-12T09:00:00Z' }, 'ends_at'],
    [{ kind: 'all_day' }, 'date'],
    [{ kind: 'weekly' }, 'kind'],
    [{ ...evening, scheduleable_type: 'Lock' }, 'scheduleable_type'],
  ])('refuse %j because of %s', async (schedule, field) => {
    await expect(make(schedule)).rejects.toThrow(new RegExp(`422.*${field}`));
  });
});
