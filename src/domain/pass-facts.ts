import { isNewer, type Stamp, type Stamped } from './facts';
import type { Instant } from './time';

export const PASS_STATUSES = ['active', 'used_up', 'cancelled'] as const;
export type PassStatus = (typeof PASS_STATUSES)[number];

/** What a pass is an instance of, whose it is, and what it is good for. */
export interface PassDetails {
  readonly passTypeId: string;
  readonly memberId: string;
  readonly startsAt: Instant;
  /** Null: no end but the one that its pass type sets. */
  readonly endsAt: Instant | null;
  /** Null: as many uses as one likes. */
  readonly totalUses: number | null;
}

/** What a source or an operator said about one pass. Ids are the platform's own; no names, no addresses. */
export type PassFact =
  | ({
      readonly kind: 'pass';
      readonly version: number | null;
      readonly status: PassStatus;
      /** How many uses the platform counted; null says nothing about it. */
      readonly uses: number | null;
      readonly receivedAt: Instant;
    } & PassDetails)
  | { readonly kind: 'ended_by_operator'; readonly version: null; readonly reason: string };

/** Everything that was said about one pass, merged. Plain JSON: it is a column of the ledger. */
export interface PassFacts {
  readonly status: Stamped<{ readonly status: PassStatus; readonly receivedAt: Instant }> | null;
  readonly details: Stamped<PassDetails> | null;
  readonly uses: Stamped<number> | null;
  /** Absorbing until an operator lifts it. */
  readonly endedByOperator: { readonly reason: string; readonly seq: number } | null;
}

export const NO_PASS_FACTS: PassFacts = { status: null, details: null, uses: null, endedByOperator: null };

/** What merging did: `stale` means that every group already knew something newer. */
export interface PassMerge {
  readonly facts: PassFacts;
  readonly stale: boolean;
  /** True when the member this fact names is the one that now counts. */
  readonly memberWon: boolean;
}

/**
 * Merges one fact into what is known of a pass.
 *
 * Status, details, uses and "ended by operator" are merged apart, each by the versions of its own group, so versioned facts
 * give the same result in any order and however often they come. A fact that does not count uses leaves the known count: a
 * pass that is used up never opens again because somebody left out a field.
 *
 * @param seq the fact's place in the order of receipt, unique for this pass
 */
export function mergePassFact(known: PassFacts, fact: PassFact, seq: number): PassMerge {
  if (fact.kind === 'ended_by_operator') {
    const endedByOperator = known.endedByOperator ?? { reason: fact.reason, seq };
    return { facts: { ...known, endedByOperator }, stale: false, memberWon: false };
  }
  const stamp: Stamp = { version: fact.version, seq };
  const { status, receivedAt, passTypeId, memberId, startsAt, endsAt, totalUses, uses } = fact;
  const statusWon = isNewer(stamp, known.status?.stamp ?? null);
  const detailsWon = isNewer(stamp, known.details?.stamp ?? null);
  const usesWon = uses !== null && isNewer(stamp, known.uses?.stamp ?? null);
  return {
    facts: {
      ...known,
      status: statusWon ? { value: { status, receivedAt }, stamp } : known.status,
      details: detailsWon ? { value: { passTypeId, memberId, startsAt, endsAt, totalUses }, stamp } : known.details,
      uses: usesWon ? { value: uses, stamp } : known.uses,
    },
    stale: !statusWon && !detailsWon && !usesWon,
    memberWon: detailsWon,
  };
}
