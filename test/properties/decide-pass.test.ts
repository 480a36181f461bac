import fc from 'fast-check';
import { instantOf } from '../../src/domain/calendar';
import { decidePass, USES_COUNTED_BY, useDayOf, type PassEnds, type PassTerms } from '../../src/domain/decide-pass';
import type { DoorRule } from '../../src/domain/entitlement';
import { mergePassFact, NO_PASS_FACTS, PASS_STATUSES, type PassFact } from '../../src/domain/pass-facts';
import { coversInstant, isOver } from '../../src/domain/windows';
import { nearAnchor, QUARTER_MS, wallClockOf } from '../support/instants';

type Said = Extract<PassFact, { kind: 'pass' }>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONES = ['Europe/London', 'America/New_York'] as const;
const CLOCKS = { 'Europe/London': wallClockOf('Europe/London'), 'America/New_York': wallClockOf('America/New_York') };

interface Case {
  readonly zone: (typeof ZONES)[number];
  readonly all: readonly Said[];
  readonly ends: PassEnds;
  readonly usesCountedBy: PassTerms['usesCountedBy'];
  readonly unlocks: readonly number[];
  readonly now: number;
  readonly rule: DoorRule;
}

/** Everything of a case happens within a few days, so nights of all kinds are met often. */
const cases: fc.Arbitrary<Case> = nearAnchor(2).chain((start) => {
  const instant = fc.integer({ min: -100, max: 500 }).map((quarters) => start + quarters * QUARTER_MS);
  const said = (version: number): fc.Arbitrary<Said> =>
    fc.record({
      kind: fc.constant('pass' as const),
      version: fc.constant(version),
      status: fc.constantFrom(...PASS_STATUSES, 'active' as const, 'active' as const),
      passTypeId: fc.constantFrom('day', 'ten'),
      memberId: fc.constantFrom('ada', 'ben'),
      startsAt: fc.constantFrom(start, start + 3 * QUARTER_MS),
      endsAt: fc.option(instant, { freq: 2 }),
      totalUses: fc.option(fc.constantFrom(1, 2, 3)),
      uses: fc.option(fc.integer({ min: 0, max: 3 })),
      receivedAt: instant,
    });
  const minutes = fc.option(fc.constantFrom(0, 30));
  return fc.record({
    zone: fc.constantFrom(...ZONES),
    all: fc.tuple(said(1), said(2), said(3)),
    ends: fc.oneof(
      fc.constant({ type: 'given' } as const),
      fc.constantFrom(1, 24, 36.5).map((hours) => ({ type: 'after_hours', hours }) as const),
      fc
        .constantFrom('00:00', '01:00', '01:15', '01:30', '02:30', '22:00', '24:00')
        .map((time) => ({ type: 'at_closing', time }) as const),
    ),
    usesCountedBy: fc.constantFrom(...USES_COUNTED_BY),
    unlocks: fc.array(instant, { maxLength: 6 }),
    now: instant,
    rule: fc.record({
      integrationId: fc.constant('kisi'),
      groupId: fc.constant(7),
      leadMinutes: minutes,
      graceMinutes: minutes,
      isConnected: fc.constant(true),
    }),
  });
});

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * The first instant after `after` at which the clock reaches that time of a day for the first time, jumps included; found by
 * watching the clock go. @param withRepeats the second of two counts as well
 */
function nextClosing(after: number, time: string, zone: Case['zone'], withRepeats: boolean): number {
  const clock = CLOCKS[zone];
  const wanted = (minutesOf(time) % 1440) * MINUTE;
  let latest = clock(after - DAY);
  for (let at = after - DAY + QUARTER_MS; ; at += QUARTER_MS) {
    const shown = clock(at);
    // The last time of day of that kind which the clock has reached.
    const reached = Math.floor((shown - wanted) / DAY) * DAY + wanted;
    if (at > after && (reached > latest || (withRepeats && shown === reached))) return at;
    latest = Math.max(latest, shown);
  }
}

const mergeAll = (all: readonly PassFact[]) =>
  all.reduce((known, fact, index) => mergePassFact(known, fact, index + 1).facts, NO_PASS_FACTS);
const decide = ({ all, ends, usesCountedBy, zone, unlocks, rule }: Case, now: number) =>
  decidePass({
    facts: mergeAll(all),
    rules: [rule],
    passType: { ends, usesCountedBy, zone },
    unlockDays: [...new Set(unlocks.map((at) => useDayOf(at, ends, zone)))].sort(),
    now,
  });

/** Is somebody with this pass right to be let in at that instant? Said once more, from the facts alone. */
function isRight({ all, ends, usesCountedBy, zone, unlocks, rule }: Case, at: number): boolean {
  const newest = all.at(-1);
  if (newest === undefined || newest.status === 'cancelled') return false;
  const { startsAt, endsAt, totalUses } = newest;
  const uses = [...all].reverse().find((one) => one.uses !== null)?.uses ?? 0;
  const isSingle = totalUses === null || totalUses === 1;
  const over: number[] = endsAt === null ? [] : [endsAt];
  if (isSingle && ends.type === 'after_hours') over.push(startsAt + ends.hours * HOUR);
  if (isSingle && ends.type === 'at_closing') over.push(nextClosing(startsAt, ends.time, zone, true));
  if (usesCountedBy === 'platform') {
    if (newest.status === 'used_up' || (totalUses !== null && uses >= totalUses)) return false;
  } else if (totalUses !== null) {
    const closing = ends.type === 'at_closing' ? ends.time : '24:00';
    const dayEnd = (use: number): number => nextClosing(use, closing, zone, false);
    const firstEnd = dayEnd(startsAt);
    const days = [...new Set(unlocks.map(dayEnd))].filter((end) => end >= firstEnd).sort((one, two) => one - two);
    over.push(...days.slice(totalUses - 1, totalUses));
    if (newest.status === 'used_up') over.push(dayEnd(newest.receivedAt));
  }
  const isBegun = at >= startsAt - (rule.leadMinutes ?? 0) * MINUTE;
  return isBegun && over.every((end) => at < end + (rule.graceMinutes ?? 0) * MINUTE);
}

describe('what was said about a pass', () => {
  const seen = (all: readonly PassFact[]) => {
    const { status, details, uses } = mergeAll(all);
    return [status?.value, details?.value, uses?.value];
  };

  it('ends the same in any order of versions, duplicates or not', () => {
    const shuffled = cases.chain(({ all }) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: 3 }), fc.shuffledSubarray([...all])),
    );
    fc.assert(fc.property(shuffled, ([all, other, again]) => expect(seen([...other, ...again])).toEqual(seen(all))));
  });

  it('is stale where something newer is known of everything it says', () => {
    fc.assert(
      fc.property(cases, ({ all: [first, second] }) => {
        const newest = mergePassFact(NO_PASS_FACTS, second ?? sample, 1);
        expect([newest.stale, newest.memberWon]).toEqual([false, true]);
        const late = mergePassFact(newest.facts, first ?? sample, 2);
        // It may be the only one that counts uses.
        expect([late.stale, late.memberWon]).toEqual([second?.uses !== null || first?.uses === null, false]);
        if (late.stale) expect(late.facts).toEqual(newest.facts);
      }),
    );
  });
});

const sample: Said = {
  kind: 'pass',
  version: 1,
  status: 'active',
  passTypeId: 'day',
  memberId: 'ada',
  startsAt: 0,
  endsAt: null,
  totalUses: null,
  uses: null,
  receivedAt: 0,
};

describe('the doors of a pass', () => {
  it('are open exactly when its member is right to be let in', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const isOpen = decide(one, one.now).doors.some(({ window }) => coversInstant(window, one.now));
        expect(isOpen).toBe(isRight(one, one.now));
      }),
      { numRuns: 400 },
    );
  });

  it('need no look before the next one: until then each instant is as the decision says', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 400 }), (one, quarters) => {
        const later = one.now + quarters * QUARTER_MS;
        const decision = decide(one, one.now);
        fc.pre(decision.lookAgainAt === null || later < decision.lookAgainAt);
        expect(decision.doors.some(({ window }) => coversInstant(window, later))).toBe(isRight(one, later));
      }),
      { numRuns: 300 },
    );
  });

  it('are never outside its own times and the minutes of the mapping, and never over', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { startsAt, endsAt } = one.all.at(-1) ?? sample;
        for (const { window } of decide(one, one.now).doors) {
          expect(window.from).toBe(startsAt - (one.rule.leadMinutes ?? 0) * MINUTE);
          if (endsAt !== null) expect(window.until).toBeLessThanOrEqual(endsAt + (one.rule.graceMinutes ?? 0) * MINUTE);
          expect(isOver(window, one.now)).toBe(false);
        }
      }),
    );
  });

  it('that are not there have ended', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { doors, ended } = decide(one, one.now);
        expect(doors.length > 0).toBe(ended === null);
      }),
    );
  });

  it('last until the end of the day of a use, which is after that use', () => {
    fc.assert(
      fc.property(cases, ({ zone, ends, now }) => {
        const closing = ends.type === 'at_closing' ? ends.time : '24:00';
        const { at: end } = instantOf(useDayOf(now, ends, zone), closing, zone);
        expect(end).toBe(nextClosing(now, closing, zone, false));
      }),
    );
  });
});
