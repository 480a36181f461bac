import fc from 'fast-check';
import { decideSubscription } from '../../src/domain/decide-subscription';
import type { DoorRule } from '../../src/domain/entitlement';
import {
  mergeSubscriptionFact,
  NO_SUBSCRIPTION_FACTS,
  pastDueSince,
  SUBSCRIPTION_STATUSES,
  type SubscriptionFact,
} from '../../src/domain/subscription-facts';
import { coversInstant, isOver } from '../../src/domain/windows';
import { nearAnchor } from '../support/instants';

type Said = Extract<SubscriptionFact, { kind: 'subscription' }>;

const MINUTE = 60_000;
const DAY = 86_400_000;
const GRACE_DAYS = 3;

const instant = nearAnchor(20);
const maybe = fc.option(instant);
const said = (version: number): fc.Arbitrary<Said> =>
  fc.record({
    kind: fc.constant('subscription' as const),
    version: fc.constant(version),
    status: fc.oneof(
      fc.constantFrom(...SUBSCRIPTION_STATUSES),
      fc.constantFrom('past_due' as const, 'past_due' as const, 'paused' as const),
    ),
    planId: fc.constantFrom('flex', 'full'),
    holder: fc.constantFrom({ memberId: 'ada' }, { memberId: 'ben' }, { teamId: 'crew' }),
    startsAt: instant,
    endsAt: maybe,
    pastDueAt: fc.option(instant, { freq: 2 }),
    pausedFrom: maybe,
    resumesAt: maybe,
    receivedAt: instant,
  });
const history = fc
  .integer({ min: 1, max: 7 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => said(index + 1))))
  .map((all) => [...all]);
const shuffled = history.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all)),
);

const merge = (all: readonly SubscriptionFact[]) =>
  all.reduce((known, fact, index) => mergeSubscriptionFact(known, fact, index + 1).facts, NO_SUBSCRIPTION_FACTS);
const seen = (all: readonly SubscriptionFact[]) => {
  const facts = merge(all);
  return [facts.status?.value, facts.details?.value, facts.endedByOperator?.reason, pastDueSince(facts)];
};

const minutes = fc.option(fc.constantFrom(0, 15, 90));
const rule: fc.Arbitrary<DoorRule> = fc.record({
  integrationId: fc.constant('kisi'),
  groupId: fc.constant(7),
  leadMinutes: minutes,
  graceMinutes: minutes,
  isConnected: fc.constant(true),
});

const decide = (all: readonly SubscriptionFact[], rules: readonly DoorRule[], now: number) =>
  decideSubscription({ facts: merge(all), rules, policy: { pastDueGraceDays: GRACE_DAYS }, now });

/** Is somebody with this subscription right to be let in at that instant? Said once more, from the facts alone. */
function isRight(all: readonly Said[], { leadMinutes, graceMinutes }: DoorRule, at: number): boolean {
  const [newest, ...older] = [...all].sort((left, right) => (right.version ?? 0) - (left.version ?? 0));
  if (newest === undefined) return false;
  if (at < newest.startsAt - (leadMinutes ?? 0) * MINUTE) return false;
  if (newest.endsAt !== null && at >= newest.endsAt + (graceMinutes ?? 0) * MINUTE) return false;
  if (newest.status === 'ended' || (newest.status === 'cancelled' && newest.endsAt === null)) return false;
  if (newest.status === 'paused') {
    const isBefore = at < (newest.pausedFrom ?? newest.receivedAt);
    return isBefore || (newest.resumesAt !== null && at >= newest.resumesAt);
  }
  if (newest.status !== 'past_due') return true;
  let since = newest.receivedAt;
  for (const one of [newest, ...older]) {
    if (one.status !== 'past_due') break;
    since = Math.min(since, one.pastDueAt ?? one.receivedAt);
  }
  return at < (newest.pastDueAt ?? since) + GRACE_DAYS * DAY;
}

describe('what was said about a subscription', () => {
  it('ends the same in any order of versions, duplicates or not', () => {
    fc.assert(
      fc.property(shuffled, ([all, other, again]) => {
        expect(seen([...other, ...again])).toEqual(seen(all));
        expect(seen(all.flatMap((one) => [one, one]))).toEqual(seen(all));
      }),
    );
  });

  it('is stale exactly where something newer is known of everything it says, and then names nobody', () => {
    fc.assert(
      fc.property(shuffled, ([, other]) => {
        let known = NO_SUBSCRIPTION_FACTS;
        let newest = 0;
        other.forEach((fact, index) => {
          const merged = mergeSubscriptionFact(known, fact, index + 1);
          const isOld = (fact.version ?? 0) < newest;
          expect([merged.stale, merged.holderWon]).toEqual([isOld, !isOld]);
          known = merged.facts;
          newest = Math.max(newest, fact.version ?? 0);
        });
      }),
    );
  });

  it('counts in order of receipt without versions', () => {
    fc.assert(
      fc.property(history, (all) => {
        const inOrder = all.map((one, index) => ({ ...one, pastDueAt: null, receivedAt: index }));
        expect(seen(inOrder.map((one) => ({ ...one, version: null })))).toEqual(seen(inOrder));
      }),
    );
  });

  it('keeps no more of overdue facts without versions than the first', () => {
    const overdue = { ...sample, status: 'past_due', version: null } as const;
    expect(merge(Array.from({ length: 500 }, () => overdue)).pastDue.row).toHaveLength(1);
  });

  it('ends with the operator, whatever comes', () => {
    fc.assert(
      fc.property(history, instant, (all, now) => {
        const facts = merge([{ kind: 'ended_by_operator', version: null, reason: 'lost card' }, ...all]);
        const decision = decideSubscription({ facts, rules: [], policy: { pastDueGraceDays: 3 }, now });
        expect(decision.ended).toEqual({ reason: 'ended_by_operator', dueAt: now, bySeq: 1 });
      }),
    );
  });
});

const sample: Said = {
  kind: 'subscription',
  version: 1,
  status: 'active',
  planId: 'flex',
  holder: { memberId: 'ada' },
  startsAt: 0,
  endsAt: null,
  pastDueAt: null,
  pausedFrom: null,
  resumesAt: null,
  receivedAt: 0,
};

describe('the doors of a subscription', () => {
  it('are open exactly when its member is right to be let in', () => {
    fc.assert(
      fc.property(shuffled, rule, instant, ([all, other], one, now) => {
        const isOpen = decide(other, [one], now).doors.some(({ window }) => coversInstant(window, now));
        expect(isOpen).toBe(isRight(all, one, now));
      }),
      { numRuns: 2_000 },
    );
  });

  it('need no look before the next one: until then each instant is as the decision says', () => {
    fc.assert(
      fc.property(history, rule, instant, instant, (all, one, now, other) => {
        const decision = decide(all, [one], now);
        fc.pre(other >= now && (decision.lookAgainAt === null || other < decision.lookAgainAt));
        const isOpen = decision.doors.some(({ window }) => coversInstant(window, other));
        expect(isOpen).toBe(isRight(all, one, other));
        expect(decide(all, [one], other)).toEqual({ ...decision, ended: atTheTime(decision.ended, other) });
      }),
      { numRuns: 500 },
    );
  });

  it('are never outside its own times and the minutes of the mapping, and never over', () => {
    fc.assert(
      fc.property(history, fc.array(rule, { minLength: 1, maxLength: 3 }), instant, (all, rules, now) => {
        const lead = Math.max(...rules.map(({ leadMinutes }) => leadMinutes ?? 0)) * MINUTE;
        const grace = Math.max(...rules.map(({ graceMinutes }) => graceMinutes ?? 0)) * MINUTE;
        const newest = all.at(-1) ?? sample;
        for (const { window } of decide(all, rules, now).doors) {
          expect(window.from).toBeGreaterThanOrEqual(newest.startsAt - lead);
          if (newest.endsAt !== null) expect(window.until).toBeLessThanOrEqual(newest.endsAt + grace);
          expect(isOver(window, now)).toBe(false);
          if (window.until !== null) expect(window.until).toBeGreaterThan(window.from);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('that are not there are always waited for, or have ended', () => {
    fc.assert(
      fc.property(history, rule, instant, (all, one, now) => {
        const { doors, ended, waitsFor } = decide(all, [one], now);
        expect(doors.length > 0 || ended !== null || waitsFor !== null).toBe(true);
      }),
    );
  });
});

/** An early end is due whenever it is looked at. */
const atTheTime = (ended: ReturnType<typeof decide>['ended'], now: number) =>
  ended === null || ended.bySeq === null ? ended : { ...ended, dueAt: now };
