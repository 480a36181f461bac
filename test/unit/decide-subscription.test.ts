import { decideSubscription } from '../../src/domain/decide-subscription';
import { deriveState, type ClaimProgress, type DoorRule } from '../../src/domain/entitlement';
import {
  mergeSubscriptionFact,
  NO_SUBSCRIPTION_FACTS,
  type SubscriptionFact,
  type SubscriptionFacts,
} from '../../src/domain/subscription-facts';

type Said = Extract<SubscriptionFact, { kind: 'subscription' }>;

const at = (text: string): number => Date.parse(text);
const MINUTE = 60_000;
const START = at('2027-01-01T00:00Z');
const NOW = at('2027-03-10T12:00Z');
const base: Said = {
  kind: 'subscription',
  version: null,
  status: 'active',
  planId: 'flex',
  holder: { memberId: 'ada' },
  startsAt: START,
  endsAt: null,
  pastDueAt: null,
  pausedFrom: null,
  resumesAt: null,
  receivedAt: START,
};
const rule: DoorRule = {
  integrationId: 'kisi',
  groupId: 7,
  leadMinutes: null,
  graceMinutes: null,
  isConnected: true,
};
const merge = (facts: readonly SubscriptionFact[]): SubscriptionFacts =>
  facts.reduce((known, fact, index) => mergeSubscriptionFact(known, fact, index + 1).facts, NO_SUBSCRIPTION_FACTS);
const said = (...changes: readonly Partial<Said>[]): SubscriptionFacts =>
  merge(changes.map((change) => ({ ...base, ...change })));
const decide = (facts: SubscriptionFacts, now = NOW, rules: readonly DoorRule[] = [rule]) =>
  decideSubscription({ facts, rules, policy: { pastDueGraceDays: 7 }, now });
const stateOf = (facts: SubscriptionFacts, now = NOW, claims: readonly ClaimProgress[] = []) =>
  deriveState(decide(facts, now), claims, { hasReceipt: false }, now);
const door = (from: number, until: number | null) => [{ integrationId: 'kisi', groupId: 7, window: { from, until } }];

describe('a subscription', () => {
  it.each(['active', 'trialing'] as const)('that is %s opens its doors from its start, without an end', (status) => {
    expect(decide(said({ status }))).toEqual({
      doors: door(START, null),
      heldDoors: [],
      isPending: false,
      ended: null,
      waitsFor: null,
      problems: [],
      window: { from: START, until: null },
      lookAgainAt: null,
    });
  });

  it('ends to the minute, and earlier or later only where its mapping says so', () => {
    const endsAt = at('2028-02-29T17:00Z');
    expect(decide(said({ endsAt })).doors).toEqual(door(START, endsAt));
    const wide = { ...rule, leadMinutes: 10, graceMinutes: 20 };
    const doors = decide(said({ endsAt }), NOW, [wide]).doors;
    expect(doors).toEqual(door(START - 10 * MINUTE, endsAt + 20 * MINUTE));
  });

  it('ends by time, with the reason that it has by then', () => {
    const endsAt = NOW - MINUTE;
    const ended = (status: Said['status']) => decide(said({ status, endsAt })).ended;
    for (const status of ['active', 'past_due', 'paused'] as const) {
      expect(ended(status)).toEqual({ reason: 'expired', dueAt: endsAt, bySeq: null });
    }
    expect(ended('cancelled')).toEqual({ reason: 'cancelled', dueAt: endsAt, bySeq: null });
    expect(decide(said({ endsAt })).doors).toEqual([]);
  });

  it('that is cancelled goes on until the end that it says, and ends at once where it says none', () => {
    const endsAt = NOW + MINUTE;
    expect(decide(said({}, { status: 'cancelled', endsAt }))).toMatchObject({
      doors: door(START, endsAt),
      ended: null,
    });
    const atOnce = decide(said({}, { status: 'cancelled' }));
    expect(atOnce).toMatchObject({ doors: [], ended: { reason: 'cancelled', dueAt: NOW, bySeq: 2 } });
  });

  it('that is ended ends at once, whatever end it says', () => {
    const ended = decide(said({}, { status: 'ended', endsAt: NOW + MINUTE })).ended;
    expect(ended).toEqual({ reason: 'ended', dueAt: NOW, bySeq: 2 });
  });

  it.each(['cancelled', 'ended'] as const)('that was %s lives again when it comes back', (status) => {
    expect(decide(said({}, { status }, {}))).toMatchObject({ doors: door(START, null), ended: null });
  });

  it('that an operator ended stays ended when the platform says otherwise', () => {
    const facts = merge([base, { kind: 'ended_by_operator', version: null, reason: 'fraud' }, base]);
    expect(decide(facts)).toMatchObject({ doors: [], ended: { reason: 'ended_by_operator', bySeq: 2 } });
  });

  it('of which nobody has said anything gives nothing', () => {
    expect(decide(NO_SUBSCRIPTION_FACTS)).toMatchObject({ doors: [], ended: { reason: 'never_mentioned' } });
    const ended = merge([{ kind: 'ended_by_operator', version: null, reason: 'fraud' }]);
    expect(decide(ended)).toMatchObject({ doors: [], ended: { reason: 'ended_by_operator', bySeq: 1 } });
  });

  it('without a mapping gives nothing and says so', () => {
    expect(decide(said({}), NOW, [])).toMatchObject({ doors: [], problems: ['mapping_missing'], waitsFor: 'mending' });
  });

  it('keeps the doors that two plans share, without a gap, when the plan changes', () => {
    const gym = { ...rule, groupId: 8 };
    const before = decide(said({ planId: 'full' }), NOW, [rule, gym]).doors;
    const changed = said({ planId: 'full' }, { planId: 'flex' });
    expect(changed.details?.value.planId).toBe('flex');
    expect(decide(changed).doors).toEqual(before.filter(({ groupId }) => groupId === 7));
  });
});

describe('a subscription that is past due', () => {
  const heard = NOW - 2 * 86_400_000;
  const closes = heard + 7 * 86_400_000;

  it('keeps its doors for the days of the policy, and says from the first on that it is not paid', () => {
    const facts = said({}, { status: 'past_due', receivedAt: heard });
    expect(decide(facts)).toMatchObject({
      doors: door(START, closes),
      waitsFor: null,
      problems: ['payment_due'],
      window: { from: START, until: null },
      lookAgainAt: closes,
    });
    expect(decide(facts, closes)).toMatchObject({
      doors: [],
      waitsFor: 'payment',
      problems: ['payment_due'],
      ended: null,
    });
    expect(stateOf(facts, closes)).toBe('awaiting_payment');
  });

  it('counts from what the platform says, and from the first of several facts in a row', () => {
    const pastDueAt = heard - 86_400_000;
    const once = said({}, { status: 'past_due', pastDueAt, receivedAt: heard });
    expect(decide(once).lookAgainAt).toBe(closes - 86_400_000);
    const again = said({}, { status: 'past_due', receivedAt: heard }, { status: 'past_due', receivedAt: NOW });
    expect(decide(again).lookAgainAt).toBe(closes);
  });

  it('that was paid in between counts anew, also when the payment is heard of late', () => {
    const overdue = { status: 'past_due', receivedAt: heard } as const;
    const overdueAgain = { status: 'past_due', receivedAt: NOW } as const;
    const inOrder = said({ version: 1, ...overdue }, { version: 2 }, { version: 3, ...overdueAgain });
    const late = said({ version: 1, ...overdue }, { version: 3, ...overdueAgain }, { version: 2 });
    for (const facts of [inOrder, late]) expect(decide(facts).lookAgainAt).toBe(NOW + 7 * 86_400_000);
    const unversioned = said({ version: 5 }, overdue, { version: 4 }, overdueAgain);
    expect(decide(unversioned).lookAgainAt).toBe(NOW + 7 * 86_400_000);
  });

  it('gives everything back as soon as it is paid', () => {
    const paid = said({}, { status: 'past_due', receivedAt: START }, {});
    expect(decide(paid)).toMatchObject({ doors: door(START, null), problems: [], waitsFor: null });
  });
});

describe('a subscription that is paused', () => {
  const from = at('2027-03-28T01:00Z');
  const until = at('2027-04-30T00:00Z');

  it('opens until the pause begins, shuts, and opens again when it is over', () => {
    const facts = said({}, { status: 'paused', pausedFrom: from, resumesAt: until });
    expect(decide(facts, from - 1)).toMatchObject({ doors: door(START, from), waitsFor: null, lookAgainAt: from });
    const paused = { doors: door(until, null), waitsFor: 'resumption', lookAgainAt: until };
    expect(decide(facts, from)).toMatchObject({ ...paused, window: { from: until, until: null } });
    expect(decide(facts, until)).toMatchObject({ doors: door(until, null), waitsFor: null, lookAgainAt: null });
  });

  it('shows as suspended until it resumes, with or without a date', () => {
    const later: ClaimProgress = {
      window: { from: until, until: null },
      isReleased: false,
      settledAs: 'granted',
      problem: null,
    };
    const dated = said({}, { status: 'paused', pausedFrom: from, resumesAt: until });
    expect(stateOf(dated, from, [later])).toBe('suspended');
    expect(stateOf(dated, until, [later])).toBe('active');
    expect(stateOf(said({}, { status: 'paused', receivedAt: NOW }))).toBe('suspended');
  });

  it('begins its pause when it is heard of where no date is said, and stays shut without one to resume', () => {
    const facts = said({ endsAt: until }, { status: 'paused', endsAt: until, receivedAt: NOW });
    const shut = { doors: [], waitsFor: 'resumption', problems: [], ended: null, lookAgainAt: until };
    expect(decide(facts)).toMatchObject({ ...shut, window: { from: START, until } });
    expect(decide(facts, until).ended).toEqual({ reason: 'expired', dueAt: until, bySeq: null });
  });

  it('adds no minutes of the mapping around the pause', () => {
    const wide = { ...rule, leadMinutes: 30, graceMinutes: 30 };
    const facts = said({}, { status: 'paused', pausedFrom: from, resumesAt: until });
    expect(decide(facts, NOW, [wide]).doors).toEqual(door(START - 30 * MINUTE, from));
    expect(decide(facts, from, [wide]).doors).toEqual(door(until, null));
  });

  it('has no pause where it resumes before it pauses', () => {
    const facts = said({}, { status: 'paused', pausedFrom: from, resumesAt: from });
    expect(decide(facts, from)).toMatchObject({ doors: door(START, null), waitsFor: null, lookAgainAt: null });
  });

  it('waits where the pause begins before the subscription does', () => {
    const facts = said({ status: 'paused', startsAt: until, pausedFrom: from, resumesAt: null });
    expect(decide(facts)).toMatchObject({ doors: [], waitsFor: 'resumption', lookAgainAt: from });
  });
});
