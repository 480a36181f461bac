import { isNewer, type Stamp } from './facts';
import type { Instant } from './time';

/** What is opened by hand: whatever a resource opens, a Kisi group, or a single door. */
export type GrantTarget =
  | { readonly type: 'resource'; readonly source: string; readonly id: string }
  | { readonly type: 'group'; readonly integrationId: string; readonly groupId: number }
  | { readonly type: 'lock'; readonly integrationId: string; readonly lockId: number };

/** Access that an operator gives a member by hand. */
export interface Grant {
  readonly memberId: string;
  /** The source that the member's id is of. */
  readonly memberSource: string;
  readonly target: GrantTarget;
  readonly reason: string;
  /** Which token gave it. */
  readonly by: string;
  /** Null: at once. */
  readonly startsAt: Instant | null;
  /** Null: until further notice. */
  readonly endsAt: Instant | null;
  readonly receivedAt: Instant;
}

/** What operators said about one grant. */
export type GrantFact =
  | ({ readonly kind: 'grant'; readonly version: null } & Grant)
  | { readonly kind: 'grant_ended'; readonly version: null; readonly by: string; readonly reason: string };

/** What counts of a grant. Plain JSON: it is a column of the ledger. */
export interface GrantFacts {
  readonly grant: Grant | null;
  /** Until it is granted again. */
  readonly ended: { readonly by: string; readonly reason: string } | null;
  /** Of the last fact. */
  readonly stamp: Stamp | null;
}

export const NO_GRANT_FACTS: GrantFacts = { grant: null, ended: null, stamp: null };

export interface GrantMerge {
  readonly facts: GrantFacts;
  readonly stale: boolean;
  /** True when the member this fact names is the one that now counts. */
  readonly memberWon: boolean;
}

/**
 * Merges one fact into what is known of a grant: the last one received counts, and granting again what was ended gives it
 * again.
 *
 * @param seq the fact's place in the order of receipt, unique for this grant
 */
export function mergeGrantFact(known: GrantFacts, fact: GrantFact, seq: number): GrantMerge {
  const stamp: Stamp = { version: fact.version, seq };
  if (!isNewer(stamp, known.stamp)) return { facts: known, stale: true, memberWon: false };
  if (fact.kind === 'grant_ended') {
    const { by, reason } = fact;
    // A second end says nothing new, and the first one is when it was due.
    const facts = known.ended === null ? { ...known, ended: { by, reason }, stamp } : known;
    return { facts, stale: false, memberWon: false };
  }
  const { kind: _, version: __, ...grant } = fact;
  return { facts: { grant, ended: null, stamp }, stale: false, memberWon: true };
}
