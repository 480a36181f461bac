import fc from 'fast-check';
import { planAccess, type AssignmentView, type Change, type ClaimView } from '../../src/domain/plan-access';
import { nothingHeld } from '../../src/domain/plan-group';
import { coversInstant } from '../../src/domain/windows';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const person = { kisiUserId: 7, inviteRetryAt: null };

const claim = fc
  .record({
    groupId: fc.integer({ min: 1, max: 3 }),
    from: fc.integer({ min: -10, max: 10 }),
    hours: fc.integer({ min: 1, max: 6 }),
    isReleased: fc.boolean(),
  })
  .map(({ groupId, from, hours, isReleased }) => ({
    groupId,
    isReleased,
    window: { from: NOW + from * HOUR, until: NOW + (from + hours) * HOUR },
  }));
const claims = fc
  .array(claim, { maxLength: 6 })
  .map((all) => all.map((one, index): ClaimView => ({ ...one, id: `c${index}`, revision: 1, settledAs: null })));

function held(groupId: number, window: { from: number; until: number | null }, assignmentId: number): AssignmentView {
  return {
    ...nothingHeld(groupId),
    presence: 'present',
    assignmentId,
    validFrom: window.from,
    validUntil: window.until,
    readAt: NOW,
  };
}

/** Kisi, if it always does what it is asked. */
function apply(assignments: readonly AssignmentView[], change: Change): AssignmentView[] {
  const others = assignments.filter((one) => one.groupId !== change.groupId);
  if (change.kind === 'grant' || change.kind === 'adjust') return [...others, held(change.groupId, change.window, 1)];
  if (change.kind === 'revoke') return [...others, nothingHeld(change.groupId)];
  throw new Error(`${change.kind} is not expected here`);
}

/** Everything that is planned, carried out one after the other. */
function settle(all: readonly ClaimView[], start: readonly AssignmentView[], now: number): AssignmentView[] {
  let assignments = [...start];
  for (let steps = 0; steps < 50; steps += 1) {
    const { next } = planAccess({ person, claims: all, assignments, now });
    if (next === null) return assignments;
    assignments = apply(assignments, next.change);
  }
  throw new Error('it never settles');
}

describe('planAccess', () => {
  it('settles, and opens a door at this instant if and only if a live claim covers it', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: -12, max: 18 }), (all, hour) => {
        const now = NOW + hour * HOUR;
        const assignments = settle(all, [], now);
        for (const groupId of [1, 2, 3]) {
          const isClaimed = all.some(
            (one) => one.groupId === groupId && !one.isReleased && coversInstant(one.window, now),
          );
          const isOpen = assignments.some(
            (one) =>
              one.groupId === groupId &&
              one.presence === 'present' &&
              coversInstant({ from: one.validFrom ?? -Infinity, until: one.validUntil }, now),
          );
          expect(isOpen).toBe(isClaimed);
        }
      }),
    );
  });

  it('never opens at an instant, now or later, that no live claim covers', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 40 }), (all, halfHours) => {
        const later = NOW + halfHours * (HOUR / 2);
        for (const one of settle(all, [], NOW)) {
          if (one.presence !== 'present') continue;
          if (!coversInstant({ from: one.validFrom ?? -Infinity, until: one.validUntil }, later)) continue;
          expect(all.some((c) => c.groupId === one.groupId && !c.isReleased && coversInstant(c.window, later))).toBe(
            true,
          );
        }
      }),
    );
  });

  it('plans nothing after its own result', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const assignments = settle(all, [], NOW);
        expect(planAccess({ person, claims: all, assignments, now: NOW }).next).toBeNull();
      }),
    );
  });

  it('plans the same however claims are listed', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const plan = planAccess({ person, claims: all, assignments: [], now: NOW });
        const turned = planAccess({ person, claims: [...all].reverse(), assignments: [], now: NOW });
        expect(turned.next).toEqual(plan.next);
        expect(turned.lookAgainAt).toBe(plan.lookAgainAt);
      }),
    );
  });

  it('never changes or deletes what is not ours', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 3 }), (all, groupId) => {
        const foreign = { ...held(groupId, { from: NOW - HOUR, until: null }, 9), isOurs: false };
        const { next } = planAccess({ person, claims: all, assignments: [foreign], now: NOW });
        if (next?.change.groupId === groupId) expect(next.change.kind).toBe('read');
      }),
    );
  });
});
