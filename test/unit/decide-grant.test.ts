import fc from 'fast-check';
import { decideGrant } from '../../src/domain/decide-grant';
import type { DoorRule } from '../../src/domain/entitlement';
import { mergeGrantFact, NO_GRANT_FACTS, type GrantFact, type GrantFacts } from '../../src/domain/grant-facts';
import { coversInstant } from '../../src/domain/windows';

const NOW = 1_900_000_000_000;
const HOUR = 3_600_000;
const grant: GrantFact = {
  kind: 'grant',
  version: null,
  memberId: 'ada',
  memberSource: 'default',
  target: { type: 'lock', integrationId: 'kisi', lockId: 3 },
  reason: 'the electrician',
  by: 'front desk',
  startsAt: NOW - HOUR,
  endsAt: NOW + HOUR,
  receivedAt: NOW - 2 * HOUR,
};
const ended: GrantFact = { kind: 'grant_ended', version: null, by: 'front desk', reason: 'done' };
const rule: DoorRule = { integrationId: 'kisi', groupId: 7, leadMinutes: 15, graceMinutes: 30, isConnected: true };
const merge = (...facts: readonly GrantFact[]): GrantFacts =>
  facts.reduce((known, fact, index) => mergeGrantFact(known, fact, index + 1).facts, NO_GRANT_FACTS);
const decide = (facts: GrantFacts, now = NOW, rules: readonly DoorRule[] = [rule]) =>
  decideGrant({ facts, rules, now });

describe('a manual grant', () => {
  it('opens exactly when the operator said, whatever minutes the mapping has', () => {
    expect(decide(merge(grant))).toEqual({
      doors: [{ integrationId: 'kisi', groupId: 7, window: { from: NOW - HOUR, until: NOW + HOUR } }],
      heldDoors: [],
      isPending: false,
      ended: null,
      waitsFor: null,
      problems: [],
      window: { from: NOW - HOUR, until: NOW + HOUR },
      lookAgainAt: NOW + HOUR,
    });
  });

  it('without dates opens from its receipt, until further notice', () => {
    const { doors, lookAgainAt } = decide(merge({ ...grant, startsAt: null, endsAt: null }));
    expect([doors[0]?.window, lookAgainAt]).toEqual([{ from: NOW - 2 * HOUR, until: null }, null]);
  });

  it('ends by time, or when an operator ends it, once', () => {
    const expired = { reason: 'expired', dueAt: NOW + HOUR, bySeq: null };
    expect(decide(merge(grant), NOW + HOUR)).toMatchObject({ doors: [], ended: expired, lookAgainAt: null });
    const byOperator = { reason: 'ended_by_operator', dueAt: NOW, bySeq: 2 };
    expect(decide(merge(grant, ended, ended))).toMatchObject({ doors: [], ended: byOperator });
  });

  it('is as it was last said, and lives again when it is granted again', () => {
    const other = { ...grant, memberId: 'ben', endsAt: NOW + 2 * HOUR } as const;
    const again = merge(grant, ended, other);
    expect([again.grant?.memberId, decide(again).ended]).toEqual(['ben', null]);
    expect(decide(again).doors[0]?.window.until).toBe(NOW + 2 * HOUR);
    expect(again.ended).toBeNull();
  });

  it('tells whose it is now, and what came before what is known', () => {
    const first = mergeGrantFact(NO_GRANT_FACTS, grant, 5);
    expect([first.stale, first.memberWon]).toEqual([false, true]);
    expect(mergeGrantFact(first.facts, ended, 4)).toEqual({ facts: first.facts, stale: true, memberWon: false });
    expect(mergeGrantFact(first.facts, ended, 6)).toMatchObject({ stale: false, memberWon: false });
  });

  it('that opens nothing says so, and one that was never given gives nothing', () => {
    expect(decide(merge(grant), NOW, [])).toMatchObject({ doors: [], problems: ['mapping_missing'] });
    expect(decide(NO_GRANT_FACTS)).toMatchObject({ doors: [], ended: { reason: 'never_mentioned' } });
    expect(decide(merge(ended))).toMatchObject({ doors: [], ended: { reason: 'ended_by_operator', bySeq: 1 } });
  });

  it('is open exactly within the last dates that were said, and not once it was ended', () => {
    const hour = fc.integer({ min: -5, max: 5 }).map((hours) => NOW + hours * HOUR);
    const dates = fc.record({ startsAt: fc.option(hour), endsAt: fc.option(hour), receivedAt: hour });
    const facts = fc.array(fc.oneof(dates, fc.constant(null)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(facts, hour, (all, now) => {
        const merged = merge(...all.map((one): GrantFact => (one === null ? ended : { ...grant, ...one })));
        const isOpen = decide(merged, now).doors.some(({ window }) => coversInstant(window, now));
        const last = all.at(-1) ?? null;
        const isBegun = last !== null && now >= (last.startsAt ?? last.receivedAt);
        expect(isOpen).toBe(isBegun && (last.endsAt === null || now < last.endsAt));
      }),
    );
  });
});
