import { decideBooking } from '../../src/domain/decide-booking';
import { deriveState, type DoorRule } from '../../src/domain/entitlement';
import { mergeFact, NO_FACTS } from '../../src/domain/facts';
import { DEFAULT_POLICY } from '../../src/domain/policy';

const NOW = 1_900_000_000_000;
const HOUR = 3_600_000;
const facts = mergeFact(
  NO_FACTS,
  {
    kind: 'booking',
    version: null,
    status: 'confirmed',
    payment: 'paid',
    resourceId: 'room',
    memberId: 'ada',
    startsAt: NOW + HOUR,
    endsAt: NOW + 2 * HOUR,
  },
  1,
).facts;
const rule: DoorRule = {
  integrationId: 'kisi',
  groupId: 7,
  leadMinutes: null,
  graceMinutes: null,
  isConnected: true,
  problem: null,
};
const decide = (rules: readonly DoorRule[]) =>
  decideBooking({ facts, rules, policy: DEFAULT_POLICY, firstSeenAt: NOW, now: NOW });
const state = (rules: readonly DoorRule[]) => deriveState(decide(rules), [], { hasReceipt: false }, NOW);

describe('a booking whose doors are mapped by their locks', () => {
  it('opens the group of the lock like any other group', () => {
    expect(decide([rule])).toMatchObject({ doors: [{ groupId: 7 }], heldDoors: [], isPending: false, problems: [] });
  });

  it('waits for a group that is being made, and says so', () => {
    const pending: DoorRule = { ...rule, groupId: null, problem: 'door_group_pending' };
    expect(decide([pending])).toMatchObject({ doors: [], problems: ['door_group_pending'], waitsFor: null });
    expect(state([pending])).toBe('provisioning');
    expect(decide([pending]).window).toEqual({ from: NOW + 0.75 * HOUR, until: NOW + 2 * HOUR });
  });

  it('opens its other doors meanwhile', () => {
    const pending: DoorRule = { ...rule, groupId: null, problem: 'door_group_pending' };
    expect(decide([pending, { ...rule, groupId: 8 }])).toMatchObject({ doors: [{ groupId: 8 }], isPending: true });
  });

  it.each(['lock_group_changed', 'group_missing'] as const)('gives nothing anew because of %s', (problem) => {
    const held: DoorRule = { ...rule, problem };
    expect(decide([held])).toMatchObject({
      doors: [],
      heldDoors: [{ groupId: 7 }],
      problems: [problem],
      waitsFor: 'mending',
    });
    expect(state([held])).toBe('blocked');
  });

  it('makes one door of a lock mapping and a group mapping that meet in one group', () => {
    const longer: DoorRule = { ...rule, graceMinutes: 30 };
    expect(decide([rule, longer]).doors).toEqual([
      { integrationId: 'kisi', groupId: 7, window: { from: NOW + 0.75 * HOUR, until: NOW + 2.5 * HOUR } },
    ]);
    const held: DoorRule = { ...rule, problem: 'lock_group_changed' };
    expect(decide([rule, held])).toMatchObject({ doors: [{ groupId: 7 }], heldDoors: [] });
  });

  it('says only that the integration is not connected where that is the reason', () => {
    const gone: DoorRule = { ...rule, isConnected: false, groupId: null, problem: 'door_group_pending' };
    expect(decide([gone])).toMatchObject({ problems: ['integration_disconnected'], isPending: false });
    expect(state([gone])).toBe('blocked');
  });
});
