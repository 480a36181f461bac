import fc from 'fast-check';
import { LOCK_GROUP_STATUSES, planDoors, type DoorsView, type LockGroupView } from '../../src/domain/plan-doors';

const NOW = 1_900_000_000_000;
const MINUTE = 60_000;
const wanted: LockGroupView = {
  lockId: 1,
  hoursOf: '',
  groupId: null,
  status: 'wanted',
  intentName: null,
  intentDeadline: null,
  retryAt: null,
  readAt: null,
  isLockKnown: true,
};
const ready: LockGroupView = { ...wanted, status: 'ready', groupId: 7, readAt: NOW };
const view = (groups: readonly LockGroupView[], more: Partial<DoorsView> = {}): DoorsView => ({
  mode: 'enforce',
  isConnected: true,
  hasMappings: true,
  hasUnverified: false,
  doorsReadAt: NOW,
  groups,
  ...more,
});
const next = (given: DoorsView, pauseUntil = 0) => planDoors(given, NOW, pauseUntil).next;

describe('planning the doors of an integration', () => {
  it('has nothing to do without a connection or without a mapping', () => {
    expect(planDoors(view([wanted], { isConnected: false }), NOW, 0)).toMatchObject({ next: null, isFinished: true });
    expect(planDoors(view([], { hasMappings: false }), NOW, 0)).toMatchObject({ next: null, isFinished: true });
  });

  it('reads the doors first when they were never read', () => {
    expect(next(view([wanted], { doorsReadAt: null }))).toEqual({ kind: 'read_doors' });
  });

  it('reads them again after five minutes, or after one while a mapping is unverified', () => {
    expect(planDoors(view([]), NOW, 0)).toMatchObject({ next: null, lookAgainAt: NOW + 5 * MINUTE });
    expect(planDoors(view([], { hasUnverified: true }), NOW, 0)).toMatchObject({ lookAgainAt: NOW + MINUTE });
    expect(next(view([], { doorsReadAt: NOW - 5 * MINUTE }))).toEqual({ kind: 'read_doors' });
  });

  it('makes the group that a lock needs, once the lock was seen', () => {
    expect(next(view([wanted]))).toEqual({ kind: 'make_group', lockId: 1 });
    expect(next(view([{ ...wanted, isLockKnown: false }]))).toBeNull();
  });

  it('makes nothing while the integration only observes', () => {
    expect(next(view([wanted], { mode: 'observe' }))).toBeNull();
  });

  it('waits out a request that may be under way, then looks for what it made before it makes anything', () => {
    const asked = { ...wanted, status: 'making', intentName: 'x', intentDeadline: NOW + 8_000 } as const;
    expect(planDoors(view([asked]), NOW, 0)).toMatchObject({ next: null, lookAgainAt: NOW + 8_000 });
    expect(next(view([{ ...asked, intentDeadline: NOW }]))).toEqual({ kind: 'find_group', lockId: 1 });
  });

  it('looks into a group that is not known to be as it should, and into each one every hour', () => {
    expect(next(view([{ ...ready, status: 'making' }]))).toEqual({ kind: 'check_group', lockId: 1, groupId: 7 });
    expect(next(view([{ ...ready, readAt: null }]))).toEqual({ kind: 'check_group', lockId: 1, groupId: 7 });
    expect(next(view([ready]))).toBeNull();
    expect(next(view([{ ...ready, readAt: NOW - 60 * MINUTE }]))).toMatchObject({ kind: 'check_group' });
  });

  it('looks at opening hours with every reading, and says whose they are', () => {
    const hoursOf = 'plan/default/evenings';
    expect(next(view([{ ...ready, hoursOf, readAt: NOW - 5 * MINUTE }]))).toEqual({
      kind: 'check_group',
      lockId: 1,
      hoursOf,
      groupId: 7,
    });
    expect(next(view([{ ...ready, hoursOf, readAt: NOW - 4 * MINUTE }]))).toBeNull();
    expect(next(view([{ ...wanted, hoursOf }]))).toEqual({ kind: 'make_group', lockId: 1, hoursOf });
  });

  it('tries what failed only when it is due, and others meanwhile', () => {
    const failed = { ...wanted, retryAt: NOW + 10_000 };
    expect(next(view([failed, { ...wanted, lockId: 2 }]))).toEqual({ kind: 'make_group', lockId: 2 });
    expect(planDoors(view([failed]), NOW, 0)).toMatchObject({ next: null, lookAgainAt: NOW + 10_000 });
  });

  it('asks nothing of a Kisi that does not answer before the pause is over', () => {
    expect(planDoors(view([wanted]), NOW, NOW + 5_000)).toMatchObject({ next: null, lookAgainAt: NOW + 5_000 });
  });

  const instant = fc.option(fc.integer({ min: NOW - 10 * MINUTE, max: NOW + 10 * MINUTE }));
  const group = fc.record<LockGroupView>({
    lockId: fc.integer({ min: 1, max: 5 }),
    hoursOf: fc.constantFrom('', 'plan/default/evenings'),
    groupId: fc.option(fc.integer({ min: 1, max: 5 })),
    status: fc.constantFrom(...LOCK_GROUP_STATUSES),
    intentName: fc.option(fc.constant('name')),
    intentDeadline: instant,
    retryAt: instant,
    readAt: instant,
    isLockKnown: fc.boolean(),
  });

  it('never makes a group while a request for one may be answered, and never sleeps over what is due', () => {
    fc.assert(
      fc.property(fc.array(group), fc.constantFrom('enforce', 'observe'), instant, (groups, mode, doorsReadAt) => {
        const plan = planDoors(view(groups, { mode, doorsReadAt }), NOW, 0);
        const { next: step } = plan;
        if (step?.kind === 'make_group') {
          const made = groups.find(
            (one) => one.lockId === step.lockId && one.groupId === null && one.intentName === null,
          );
          expect(made).toBeDefined();
          expect(mode).toBe('enforce');
        }
        expect(plan.lookAgainAt).toBeGreaterThanOrEqual(NOW);
        if (step === null) expect(plan.lookAgainAt).toBeGreaterThan(NOW);
      }),
    );
  });
});
