import { isNewer, type Stamp, type Stamped } from './facts';
import type { Instant } from './time';

export const SUBSCRIPTION_STATUSES = ['trialing', 'active', 'past_due', 'paused', 'cancelled', 'ended'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** Whom a subscription is for: one member, or each member of a team. */
export type SubscriptionHolder = { readonly memberId: string } | { readonly teamId: string };

/** How a subscription stands, with the dates that belong to it. */
export interface SubscriptionStanding {
  readonly status: SubscriptionStatus;
  /** Since when the payment is overdue, where the platform says so. */
  readonly pastDueAt: Instant | null;
  /** Null: a pause begins when it is heard of. */
  readonly pausedFrom: Instant | null;
  /** Null: nobody knows yet when a pause ends. */
  readonly resumesAt: Instant | null;
  readonly receivedAt: Instant;
}

/** What is subscribed to, for whom and when. */
export interface SubscriptionDetails {
  readonly planId: string;
  readonly holder: SubscriptionHolder;
  readonly startsAt: Instant;
  /** Null: until further notice. */
  readonly endsAt: Instant | null;
}

/** What a source or an operator said about one subscription. Ids are the platform's own; no names, no addresses. */
export type SubscriptionFact =
  | ({ readonly kind: 'subscription'; readonly version: number | null } & SubscriptionStanding & SubscriptionDetails)
  | { readonly kind: 'ended_by_operator'; readonly version: null; readonly reason: string };

/** Everything that was said about one subscription, merged. Plain JSON: it is a column of the ledger. */
export interface SubscriptionFacts {
  readonly status: Stamped<SubscriptionStanding> | null;
  readonly details: Stamped<SubscriptionDetails> | null;
  /** The unbroken row of `past_due` facts up to the newest one: older facts that come late may still break it. */
  readonly pastDue: {
    /** The newest fact that said something else. */
    readonly brokenBy: Stamp | null;
    readonly row: readonly { readonly stamp: Stamp; readonly since: Instant }[];
  };
  /** Absorbing until an operator lifts it. */
  readonly endedByOperator: { readonly reason: string; readonly seq: number } | null;
}

export const NO_SUBSCRIPTION_FACTS: SubscriptionFacts = {
  status: null,
  details: null,
  pastDue: { brokenBy: null, row: [] },
  endedByOperator: null,
};

/** What merging did. */
export interface SubscriptionMerge {
  /** To be kept even where the fact was stale: it may have told since when a payment is overdue. */
  readonly facts: SubscriptionFacts;
  /** Every group already knew something newer. */
  readonly stale: boolean;
  /** True when the holder this fact names is the one that now counts. */
  readonly holderWon: boolean;
}

/**
 * Merges one fact into what is known of a subscription.
 *
 * Status (with its dates), details and "ended by operator" are merged apart, each by the versions of its own group, so
 * versioned facts give the same result in any order and however often they come. No status is absorbing: a subscription may
 * come back.
 *
 * @param seq the fact's place in the order of receipt, unique for this subscription
 */
export function mergeSubscriptionFact(
  known: SubscriptionFacts,
  fact: SubscriptionFact,
  seq: number,
): SubscriptionMerge {
  if (fact.kind === 'ended_by_operator') {
    const endedByOperator = known.endedByOperator ?? { reason: fact.reason, seq };
    return { facts: { ...known, endedByOperator }, stale: false, holderWon: false };
  }
  const stamp: Stamp = { version: fact.version, seq };
  const { status, pastDueAt, pausedFrom, resumesAt, receivedAt, planId, holder, startsAt, endsAt } = fact;
  const standing: SubscriptionStanding = { status, pastDueAt, pausedFrom, resumesAt, receivedAt };
  const statusWon = isNewer(stamp, known.status?.stamp ?? null);
  const detailsWon = isNewer(stamp, known.details?.stamp ?? null);
  return {
    facts: {
      ...known,
      status: statusWon ? { value: standing, stamp } : known.status,
      details: detailsWon ? { value: { planId, holder, startsAt, endsAt }, stamp } : known.details,
      pastDue: mergePastDue(known.pastDue, standing, stamp, statusWon),
    },
    stale: !statusWon && !detailsWon,
    holderWon: detailsWon,
  };
}

function mergePastDue(
  known: SubscriptionFacts['pastDue'],
  { status, pastDueAt, receivedAt }: SubscriptionStanding,
  stamp: Stamp,
  isNewest: boolean,
): SubscriptionFacts['pastDue'] {
  if (status !== 'past_due') {
    if (isNewest) return { brokenBy: stamp, row: [] };
    if (!isNewer(stamp, known.brokenBy)) return known;
    return { brokenBy: stamp, row: known.row.filter((one) => isNewer(one.stamp, stamp)) };
  }
  if (!isNewest && !isNewer(stamp, known.brokenBy)) return known;
  // Nothing can come in between two facts of which the later has no version, nor between two of one version.
  const adds =
    known.row.length === 0 || (stamp.version !== null && known.row.every((one) => one.stamp.version !== stamp.version));
  return adds ? { ...known, row: [...known.row, { stamp, since: pastDueAt ?? receivedAt }] } : known;
}

/**
 * Since when the payment is overdue, or null where it is not: as the newest fact says, else as the first of the unbroken
 * row of `past_due` facts said or was received.
 */
export function pastDueSince({ status, pastDue }: SubscriptionFacts): Instant | null {
  if (status?.value.status !== 'past_due') return null;
  const { pastDueAt, receivedAt } = status.value;
  return pastDueAt ?? Math.min(receivedAt, ...pastDue.row.map(({ since }) => since));
}
