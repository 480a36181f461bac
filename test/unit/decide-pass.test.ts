import { decidePass, useDayOf, type PassTerms } from '../../src/domain/decide-pass';
import { deriveState, type DoorRule } from '../../src/domain/entitlement';
import { mergePassFact, NO_PASS_FACTS, type PassFact, type PassFacts } from '../../src/domain/pass-facts';

type Said = Extract<PassFact, { kind: 'pass' }>;

const at = (text: string): number => Date.parse(text);
const HOUR = 3_600_000;
const START = at('2027-06-01T08:00Z');
const base: Said = {
  kind: 'pass',
  version: null,
  status: 'active',
  passTypeId: 'day',
  memberId: 'ada',
  startsAt: START,
  endsAt: null,
  totalUses: null,
  uses: null,
  receivedAt: START,
};
const rule: DoorRule = {
  integrationId: 'kisi',
  groupId: 7,
  leadMinutes: null,
  graceMinutes: null,
  isConnected: true,
};
const given: PassTerms = { ends: { type: 'given' }, usesCountedBy: 'platform', zone: 'Europe/London' };
const closing = (time: string, zone: string | null = 'Europe/London'): PassTerms => ({
  ends: { type: 'at_closing', time },
  usesCountedBy: 'platform',
  zone,
});
const byDays = { usesCountedBy: 'unlock_days' } as const;
const merge = (facts: readonly PassFact[]): PassFacts =>
  facts.reduce((known, fact, index) => mergePassFact(known, fact, index + 1).facts, NO_PASS_FACTS);
const said = (...changes: readonly Partial<Said>[]): PassFacts =>
  merge(changes.map((change) => ({ ...base, ...change })));

interface Asked {
  readonly passType?: PassTerms;
  readonly unlockDays?: readonly string[];
  readonly now?: number;
  readonly rules?: readonly DoorRule[];
}
const decide = (facts: PassFacts, { passType = given, unlockDays = [], now = START, rules = [rule] }: Asked = {}) =>
  decidePass({ facts, rules, passType, unlockDays, now });
const untilOf = (facts: PassFacts, asked: Asked = {}): string | null => {
  const until = decide(facts, asked).doors[0]?.window.until ?? null;
  return until === null ? null : new Date(until).toISOString().replace(':00.000Z', 'Z');
};

describe('when a pass ends', () => {
  it.each([
    ['as it says itself', given, { endsAt: at('2027-06-03T20:00Z') }, '2027-06-03T20:00Z'],
    ['never, where nothing says so', given, {}, null],
    ['after its hours', { ...given, ends: { type: 'after_hours', hours: 24 } }, {}, '2027-06-02T08:00Z'],
    ['at closing', closing('22:00'), {}, '2027-06-01T21:00Z'],
    ['at the end of the day', closing('24:00'), {}, '2027-06-01T23:00Z'],
    ['at its own end, if closing is later', closing('22:00'), { endsAt: START + HOUR }, '2027-06-01T09:00Z'],
    ['at the next closing, if it begins at one', closing('09:00'), {}, '2027-06-02T08:00Z'],
    ['at closing, for one use', closing('22:00'), { totalUses: 1 }, '2027-06-01T21:00Z'],
  ] as const)('%s', (_, passType, change, until) => {
    expect(untilOf(said(change), { passType })).toBe(until);
    expect(decide(said(change), { passType }).problems).toEqual([]);
  });

  it.each([
    ['that does not exist that night is the jump', '01:30', '2027-03-27T22:00Z', 'Europe/London', '2027-03-28T01:00Z'],
    ['that does not exist in New York neither', '02:30', '2027-03-13T23:00Z', 'America/New_York', '2027-03-14T07:00Z'],
    ['that comes twice is the first', '01:30', '2027-10-30T18:00Z', 'Europe/London', '2027-10-31T00:30Z'],
    ['that comes twice in New York too', '01:00', '2027-11-06T20:00Z', 'America/New_York', '2027-11-07T05:00Z'],
  ])('at a closing time %s', (_, time, startsAt, zone, until) => {
    const facts = said({ startsAt: at(startsAt) });
    const asked = { passType: closing(time, zone), now: at(startsAt) };
    expect(untilOf(facts, asked)).toBe(until);
    expect(decide(facts, asked)).toMatchObject({ problems: ['dst_ambiguous'], waitsFor: null, lookAgainAt: at(until) });
    // What ends before that needs no warning.
    const shorter = said({ startsAt: at(startsAt), endsAt: at(startsAt) + HOUR });
    expect(decide(shorter, asked).problems).toEqual([]);
  });

  it('at midnight of 29 February', () => {
    const startsAt = at('2028-02-29T09:00-05:00');
    const asked = { passType: closing('24:00', 'America/New_York'), now: startsAt };
    expect(untilOf(said({ startsAt }), asked)).toBe('2028-03-01T05:00Z');
  });

  it('with the minutes of its mapping, and with none by default', () => {
    const wide = { ...rule, leadMinutes: 10, graceMinutes: 20 };
    const [door] = decide(said({}), { passType: closing('22:00'), rules: [wide] }).doors;
    expect(door?.window).toEqual({ from: START - HOUR / 6, until: at('2027-06-01T21:20Z') });
  });

  it('by time, for good', () => {
    const now = at('2027-06-01T21:00Z');
    const { doors, ended } = decide(said({}), { passType: closing('22:00'), now });
    expect([doors, ended]).toEqual([[], { reason: 'expired', dueAt: now, bySeq: null }]);
  });

  it('at once when it is cancelled, and not when it comes back', () => {
    expect(decide(said({}, { status: 'cancelled' })).ended).toEqual({ reason: 'cancelled', dueAt: START, bySeq: 2 });
    expect(decide(said({}, { status: 'cancelled' }, {})).ended).toBeNull();
  });

  it('when an operator ends it, whatever the platform says', () => {
    const facts = merge([base, { kind: 'ended_by_operator', version: null, reason: 'sold twice' }, base]);
    expect(decide(facts).ended).toEqual({ reason: 'ended_by_operator', dueAt: START, bySeq: 2 });
  });

  it('at once, if it ended before it began', () => {
    const now = START - HOUR;
    expect(decide(said({ endsAt: START - 1 }), { now })).toMatchObject({ doors: [], ended: { reason: 'expired' } });
  });
});

describe('a pass whose type has no location', () => {
  it.each([
    ['ends at closing', closing('22:00', null), {}],
    ['counts days', { ...given, ...byDays, zone: null }, { totalUses: 5 }],
  ] as const)('gives nothing where it %s, and says what to mend', (_, passType, change) => {
    const facts = said({ ...change, endsAt: START + 9 * HOUR });
    const decision = decide(facts, { passType });
    const nothing = { doors: [], heldDoors: [], ended: null, waitsFor: 'mending', problems: ['location_missing'] };
    expect(decision).toMatchObject({ ...nothing, lookAgainAt: START + 9 * HOUR });
    expect(deriveState(decision, [], { hasReceipt: false }, START)).toBe('blocked');
    const now = START + 9 * HOUR;
    expect(decide(facts, { passType, now }).ended).toEqual({ reason: 'expired', dueAt: now, bySeq: null });
  });

  it('needs none where no clock counts', () => {
    expect(untilOf(said({ endsAt: START + HOUR }), { passType: { ...given, zone: null } })).toBe('2027-06-01T09:00Z');
    const bundle = said({ totalUses: 5, endsAt: START + HOUR });
    expect(untilOf(bundle, { passType: closing('22:00', null) })).toBe('2027-06-01T09:00Z');
  });
});

describe('a bundle that the platform counts', () => {
  const ten = { totalUses: 10, endsAt: at('2027-12-31T23:00Z') } as const;

  it('is valid for all of its time, not only for the first day', () => {
    const hours: PassTerms = { ...given, ends: { type: 'after_hours', hours: 24 } };
    for (const passType of [given, closing('22:00'), hours]) {
      expect(untilOf(said({ ...ten, uses: 9 }), { passType })).toBe('2027-12-31T23:00Z');
    }
  });

  it('ends at once when it is used up, by number or by word', () => {
    const byNumber = decide(said({ ...ten, uses: 9 }, { ...ten, uses: 10 }));
    expect(byNumber).toMatchObject({ doors: [], ended: { reason: 'used_up', dueAt: START, bySeq: 2 } });
    const byWord = decide(said(ten, { ...ten, status: 'used_up' }));
    expect(byWord).toMatchObject({ doors: [], ended: { reason: 'used_up', dueAt: START, bySeq: 2 } });
    expect(decide(said({ totalUses: 0 })).ended?.reason).toBe('used_up');
  });

  it('lives again when it is topped up, by number or by word', () => {
    expect(decide(said({ ...ten, uses: 10 }, { ...ten, totalUses: 20, uses: 10 })).ended).toBeNull();
    expect(decide(said({ ...ten, status: 'used_up' }, ten)).ended).toBeNull();
  });

  it('does not open again because a later fact leaves out the count', () => {
    expect(decide(said({ ...ten, uses: 10 }, ten)).ended?.reason).toBe('used_up');
  });
});

describe('a bundle that is counted by days with an unlock', () => {
  const two = { totalUses: 2, endsAt: at('2027-12-31T23:00Z') } as const;
  const days = { ...given, ...byDays };
  const now = at('2027-06-09T12:00Z');

  it('keeps the last day until midnight, and ends then', () => {
    const asked = { passType: days, unlockDays: ['2027-06-02', '2027-06-09'], now };
    expect(untilOf(said(two), asked)).toBe('2027-06-09T23:00Z');
    const over = at('2027-06-09T23:00Z');
    const { ended } = decide(said(two), { ...asked, now: over });
    expect(ended).toEqual({ reason: 'used_up', dueAt: over, bySeq: null });
  });

  it('ends the last day at closing, where its type says so', () => {
    const passType = { ...closing('20:30'), ...byDays };
    expect(untilOf(said(two), { passType, unlockDays: ['2027-06-02', '2027-06-09'], now })).toBe('2027-06-09T19:30Z');
  });

  it('goes on while days are left, and lives again when it is topped up', () => {
    expect(untilOf(said(two), { passType: days, unlockDays: ['2027-06-02'], now })).toBe('2027-12-31T23:00Z');
    const used = { passType: days, unlockDays: ['2027-06-02', '2027-06-03'], now };
    expect(decide(said(two), used).ended?.reason).toBe('used_up');
    expect(decide(said(two, { ...two, totalUses: 3 }), used).ended).toBeNull();
  });

  it('counts a day once, in whatever order days are listed, and none before the pass', () => {
    const unlockDays = ['2027-06-09', '2027-06-09', '2027-05-30', '2027-05-31'];
    expect(untilOf(said(two), { passType: days, unlockDays, now })).toBe('2027-12-31T23:00Z');
    const late = ['2027-06-09', '2027-06-02', '2027-05-31'];
    expect(untilOf(said(two), { passType: days, unlockDays: late, now })).toBe('2027-06-09T23:00Z');
  });

  it('does not end by the count of the platform, and with the day on which it is said to be used up', () => {
    expect(untilOf(said({ ...two, uses: 2 }), { passType: days, now })).toBe('2027-12-31T23:00Z');
    const usedUp = said(two, { ...two, status: 'used_up', receivedAt: now });
    expect(untilOf(usedUp, { passType: days, now })).toBe('2027-06-09T23:00Z');
  });

  it.each([
    ['2027-06-02T21:59:59.999Z', '22:00', '2027-06-03'],
    ['2027-06-02T20:59:59.999Z', '22:00', '2027-06-02'],
    // A night that lasts until two is one use.
    ['2027-06-02T19:00Z', '02:00', '2027-06-03'],
    ['2027-06-03T00:30Z', '02:00', '2027-06-03'],
    ['2027-06-03T01:00Z', '02:00', '2027-06-04'],
  ])('an unlock at %s, closing at %s, is a use of %s', (unlock, time, day) => {
    expect(useDayOf(at(unlock), { type: 'at_closing', time }, 'Europe/London')).toBe(day);
  });

  it('an unlock is a use of its own date otherwise', () => {
    const dayOf = (unlock: string, zone: string) => useDayOf(at(unlock), { type: 'given' }, zone);
    expect(dayOf('2027-06-02T22:59:59.999Z', 'Europe/London')).toBe('2027-06-02');
    expect(dayOf('2027-06-02T23:00Z', 'Europe/London')).toBe('2027-06-03');
    // The second of two midnights belongs to the day that the first one began.
    expect(dayOf('2025-11-02T04:30Z', 'America/Havana')).toBe('2025-11-02');
  });
});
