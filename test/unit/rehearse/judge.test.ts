import { doorKey } from '../../../scripts/rehearse/history';
import { judgeDoors, type Verdict } from '../../../scripts/rehearse/judge';
import type { Interval } from '../../../scripts/rehearse/intervals';
import { demandsOf, type MixedSite, type Played } from '../../../scripts/rehearse/mixed/demands';
import type {
  Delivered,
  FactState,
  GuestedBookingState,
  PassState,
  SubscriptionState,
} from '../../../scripts/rehearse/mixed/facts';

const S = 1_000;
const GRACE = 70 * S;
const DOOR = 7;
const ADA = 'ada@rehearsal.example';
const BEN = 'ben@rehearsal.example';
const site: MixedSite = {
  sourceId: 'test',
  leadMs: 0,
  graceMs: GRACE,
  groupsOf: (_type, id) => (id === 'office' ? [DOOR, 8] : [DOOR]),
};

/** Accepted 20 ms after it was sent. */
const say = <State extends FactState>(id: string, ...facts: readonly (readonly [at: number, state: State])[]) => ({
  id,
  deliveries: facts.map(([at, state]): Delivered<State> => ({ state, sentAt: at, acceptedAt: at + 20 })),
});
const member = (id: string, email: string, ...changes: readonly (readonly [number, 'active' | 'left'])[]) =>
  say(
    id,
    ...[[0, 'active'] as const, ...changes].map(([at, status]) => [at, { kind: 'member', email, status }] as const),
  );
const subscription: SubscriptionState = {
  kind: 'subscription',
  status: 'active',
  planId: 'desk',
  holder: { memberId: 'ada' },
  startsAt: 100 * S,
  endsAt: 300 * S,
  pastDueAt: null,
  pausedFrom: null,
  resumesAt: null,
};
const pass: PassState = {
  kind: 'pass',
  status: 'active',
  passTypeId: 'visits',
  memberId: 'ada',
  startsAt: 100 * S,
  endsAt: 300 * S,
  totalUses: 2,
  uses: 0,
};
const booking: GuestedBookingState = {
  kind: 'booking',
  status: 'confirmed',
  payment: 'paid',
  room: 'R1',
  memberId: 'ada',
  memberEmail: ADA,
  guests: [BEN],
  startsAt: 100 * S,
  endsAt: 200 * S,
};

interface Case {
  readonly entitlements: Played['entitlements'];
  readonly members?: Played['members'];
  readonly teams?: Played['teams'];
}
function judge(
  { entitlements, members, teams = [] }: Case,
  doors: Readonly<Record<string, readonly [number, number][]>>,
): Verdict {
  const openings = new Map(
    Object.entries(doors).map(([email, spans]) => [
      doorKey(email, DOOR),
      spans.map(([from, until]): Interval => ({ from: from * S, until: until * S })),
    ]),
  );
  const known = members ?? [member('ada', ADA), member('ben', BEN)];
  const limits = { openedWithinMs: 10 * S, closedWithinMs: 10 * S };
  return judgeDoors(demandsOf({ members: known, teams, entitlements }, site), new Set([ADA, BEN]), openings, limits);
}
const found = ({ leaks, gaps, thefts }: Verdict): unknown => ({
  leaks: leaks.map(({ ms }) => ms / S),
  gaps: gaps.map(({ ms }) => ms / S),
  thefts: thefts.map(({ ms }) => ms / S),
});
const CLEAN = { leaks: [], gaps: [], thefts: [] };
const one = <State extends SubscriptionState | PassState | GuestedBookingState>(
  ...facts: readonly (readonly [number, State])[]
): Case => ({ entitlements: [say('one', ...facts)] });

describe('the judge of a rehearsal', () => {
  const simple = one([50 * S, subscription]);

  it('finds nothing where the door opens exactly when it is due', () => {
    const verdict = judge(simple, { [ADA]: [[100, 300]] });
    expect(found(verdict)).toEqual(CLEAN);
    expect(verdict).toMatchObject({ openedOnTime: 1, closedOnTime: 1 });
  });

  it.each([
    ['a leak before', [[99, 300]], { ...CLEAN, leaks: [1] }],
    ['a leak after a natural end', [[100, 301]], { ...CLEAN, leaks: [1] }],
    ['a gap at the first instant', [[101, 300]], { ...CLEAN, gaps: [1] }],
    ['a door that never opens', [], { ...CLEAN, gaps: [200] }],
    [
      'a theft in the middle',
      [
        [100, 150],
        [152, 300],
      ],
      { ...CLEAN, thefts: [2] },
    ],
    ['a theft at the end', [[100, 299]], { ...CLEAN, thefts: [1] }],
  ] as const)('finds %s', (_name, spans, expected) => {
    expect(found(judge(simple, { [ADA]: spans.map(([from, until]) => [from, until]) }))).toEqual(expected);
  });

  it('finds a leak to somebody whom nothing lets in', () => {
    expect(found(judge(simple, { [ADA]: [[100, 300]], [BEN]: [[100, 110]] }))).toEqual({ ...CLEAN, leaks: [10] });
  });

  it('counts what opens late because of a late fact as a delay, and as a gap when it takes too long', () => {
    const late = one([150 * S, subscription]);
    const verdict = judge(late, { [ADA]: [[152, 300]] });
    expect(found(verdict)).toEqual(CLEAN);
    expect(verdict.openingDelays).toEqual([1_980]);
    expect(found(judge(late, { [ADA]: [[162, 300]] }))).toEqual({ ...CLEAN, gaps: [11.98] });
  });

  it('gives an early end some time, and no more', () => {
    const cancelled = one([50 * S, subscription], [150 * S, { ...subscription, status: 'cancelled', endsAt: null }]);
    const verdict = judge(cancelled, { [ADA]: [[100, 152]] });
    expect(found(verdict)).toEqual(CLEAN);
    expect(verdict.closingDelays).toEqual([1_980]);
    expect(found(judge(cancelled, { [ADA]: [[100, 163]] }))).toEqual({ ...CLEAN, leaks: [2.98] });
  });

  it('keeps an overdue subscription open until its grace is over, to the instant', () => {
    const overdue = { ...subscription, status: 'past_due', pastDueAt: 130 * S } as const;
    const facts = one([50 * S, subscription], [150 * S, overdue], [250 * S, subscription]);
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 200],
            [251, 300],
          ],
        }),
      ),
    ).toEqual(CLEAN);
    expect(found(judge(facts, { [ADA]: [[100, 300]] }))).toEqual({ ...CLEAN, leaks: [50] });
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 150],
            [152, 200],
            [251, 300],
          ],
        }),
      ),
    ).toEqual({ ...CLEAN, thefts: [2] });
  });

  it('wants a planned pause closed and open again to the instant', () => {
    const paused = { ...subscription, status: 'paused', pausedFrom: 180 * S, resumesAt: 220 * S } as const;
    const facts = one([50 * S, subscription], [150 * S, paused]);
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 180],
            [220, 300],
          ],
        }),
      ),
    ).toEqual(CLEAN);
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 181],
            [221, 300],
          ],
        }),
      ),
    ).toEqual({ leaks: [1], gaps: [1], thefts: [] });
  });

  it('wants no closed door where a plan changes and both plans open it', () => {
    const facts = one([50 * S, subscription], [150 * S, { ...subscription, planId: 'office' }]);
    const verdict = judge(facts, {
      [ADA]: [
        [100, 150.1],
        [150.2, 300],
      ],
    });
    expect(verdict.thefts.map(({ door, ms }) => [door, Math.round(ms)])).toEqual([[doorKey(ADA, DOOR), 100]]);
  });

  it('counts a bundle as used up with its last use, and open again when it is topped up', () => {
    const facts = one([50 * S, pass], [150 * S, { ...pass, uses: 2 }], [200 * S, { ...pass, uses: 2, totalUses: 4 }]);
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 151],
            [201, 300],
          ],
        }),
      ),
    ).toEqual(CLEAN);
    expect(found(judge(facts, { [ADA]: [[100, 300]] }))).toEqual({
      ...CLEAN,
      leaks: [39.98],
    });
  });

  it('lets guests in with the booking, and out when they are taken off or the host leaves', () => {
    const facts = one([50 * S, booking]);
    expect(found(judge(facts, { [ADA]: [[100, 200]], [BEN]: [[100, 200]] }))).toEqual(CLEAN);
    expect(found(judge(facts, { [ADA]: [[100, 200]] }))).toEqual({ ...CLEAN, gaps: [100] });
    const without = one([50 * S, booking], [150 * S, { ...booking, guests: [] }]);
    expect(found(judge(without, { [ADA]: [[100, 200]], [BEN]: [[100, 200]] }))).toEqual({ ...CLEAN, leaks: [39.98] });
    const left = { ...facts, members: [member('ada', ADA, [150 * S, 'left']), member('ben', BEN)] };
    const stayed = judge(left, { [ADA]: [[100, 151]], [BEN]: [[100, 200]] });
    expect(found(stayed)).toEqual({ ...CLEAN, leaks: [39.98] });
  });

  it('takes from who leaves, gives back to who returns, and keeps the others of a team', () => {
    const held = { ...subscription, holder: { teamId: 'team' } };
    const team = (...memberIds: string[]) => ({ kind: 'team', memberIds }) as const;
    const facts: Case = {
      entitlements: [say('one', [50 * S, held])],
      members: [member('ada', ADA, [150 * S, 'left'], [200 * S, 'active']), member('ben', BEN)],
      teams: [say('team', [0, team('ada', 'ben')], [250 * S, team('ada')])],
    };
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 151],
            [201, 300],
          ],
          [BEN]: [[100, 251]],
        }),
      ),
    ).toEqual(CLEAN);
    expect(found(judge(facts, { [ADA]: [[100, 151]], [BEN]: [[100, 300]] }))).toEqual({
      leaks: [39.98],
      gaps: [99.98],
      thefts: [],
    });
    expect(
      found(
        judge(facts, {
          [ADA]: [
            [100, 151],
            [201, 300],
          ],
          [BEN]: [
            [100, 151],
            [160, 251],
          ],
        }),
      ),
    ).toEqual({
      ...CLEAN,
      thefts: [9],
    });
  });

  it('closes nothing that another reason still gives', () => {
    const both: Case = {
      entitlements: [say('one', [50 * S, subscription]), say('two', [50 * S, { ...pass, endsAt: 200 * S }])],
    };
    expect(found(judge(both, { [ADA]: [[100, 300]] }))).toEqual(CLEAN);
    expect(found(judge(both, { [ADA]: [[100, 200]] }))).toEqual({ ...CLEAN, thefts: [100] });
  });
});
