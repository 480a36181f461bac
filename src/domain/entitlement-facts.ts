import { decideBooking } from './decide-booking';
import type { DoorRule, EntitlementDecision, EntitlementKind } from './entitlement';
import { mergeFact, NO_FACTS, type BookingFact, type BookingFacts } from './facts';
import type { AccessPolicy } from './policy';
import type { Instant } from './time';

/** What was said about one entitlement, merged, by its kind. Kind and facts are columns of the ledger. */
export type EntitlementFacts = { readonly kind: 'booking'; readonly facts: BookingFacts };

/** One thing that was said about an entitlement. */
export type EntitlementFact = { readonly kind: 'booking'; readonly fact: BookingFact };

/** What merging did: `stale` means that something newer was known already of all that the fact says. */
export interface EntitlementMerge {
  readonly facts: EntitlementFacts;
  readonly stale: boolean;
  /** True when what this fact says of the people it is for is what now counts. */
  readonly namesHolder: boolean;
}

/** Nothing was said yet. */
export function noFacts(kind: EntitlementKind): EntitlementFacts {
  switch (kind) {
    case 'booking':
      return { kind, facts: NO_FACTS };
    default:
      throw new Error(`There are no ${kind}s yet.`);
  }
}

/**
 * Merges one fact into what is known of an entitlement of the same kind.
 *
 * @param seq the fact's place in the order of receipt, unique for this entitlement
 */
export function mergeEntitlementFact(known: EntitlementFacts, said: EntitlementFact, seq: number): EntitlementMerge {
  const { facts, stale, memberWon } = mergeFact(known.facts, said.fact, seq);
  return { facts: { kind: 'booking', facts }, stale, namesHolder: memberWon };
}

/** What entitlements are found by: what they are of, whom they are for, and when. Ids of their source. */
export interface EntitlementColumns {
  readonly resourceId: string | null;
  readonly planId: string | null;
  readonly passTypeId: string | null;
  readonly memberId: string | null;
  readonly teamId: string | null;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
}

const NO_COLUMNS: EntitlementColumns = {
  resourceId: null,
  planId: null,
  passTypeId: null,
  memberId: null,
  teamId: null,
  startsAt: null,
  endsAt: null,
};

/** What the merged facts say that rows are found by. */
export function columnsOf({ facts }: EntitlementFacts): EntitlementColumns {
  return {
    ...NO_COLUMNS,
    resourceId: facts.resource?.value ?? null,
    memberId: facts.member?.value ?? null,
    startsAt: facts.times?.value.startsAt ?? null,
    endsAt: facts.times?.value.endsAt ?? null,
  };
}

export interface EntitlementDecisionInput {
  readonly said: EntitlementFacts;
  readonly rules: readonly DoorRule[];
  readonly policy: AccessPolicy;
  readonly firstSeenAt: Instant;
  readonly now: Instant;
}

/** Says which doors an entitlement gives and when, to whomever it is for. Pure; see the decisions of each kind. */
export function decideEntitlement({ said, ...input }: EntitlementDecisionInput): EntitlementDecision {
  return decideBooking({ ...input, facts: said.facts });
}
