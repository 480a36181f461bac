import type { EntitlementDecision } from './entitlement';
import type { Instant } from './time';

/** Somebody whom an entitlement lets in. */
export interface Holder {
  /** The platform's id of the member; null for a guest. */
  readonly memberId: string | null;
  /** As people are told apart by. */
  readonly email: string;
  readonly name: string;
  /** When the member left; what was theirs ends then. */
  readonly leftAt: Instant | null;
  readonly isSuspended: boolean;
}

/** Whom an entitlement is for, as the ledger knows them. */
export interface Holders {
  /** The member, or the members of the team. */
  readonly members: readonly Holder[];
  readonly guests: readonly Holder[];
  /** A member or a team was named whom nobody has described yet. */
  readonly hasUnknown: boolean;
}

/** Everybody to be let in, each address once: whoever left, or whose host left, is not among them. */
export function presentHolders({ members, guests }: Holders): readonly Holder[] {
  const byEmail = new Map<string, Holder>();
  for (const holder of [...members.filter(({ leftAt }) => leftAt === null), ...guests]) {
    if (!byEmail.has(holder.email)) byEmail.set(holder.email, holder);
  }
  return [...byEmail.values()];
}

/**
 * The decision for these people: it ends for good when all members it is for have left, and waits while nobody is known
 * whom it could let in.
 */
export function decideForHolders(decision: EntitlementDecision, holders: Holders): EntitlementDecision {
  if (decision.ended !== null) return decision;
  const { members, hasUnknown } = holders;
  const left = members.map(({ leftAt }) => leftAt);
  if (members.length > 0 && !hasUnknown && left.every((at) => at !== null)) {
    const ended = { reason: 'member_left', dueAt: Math.max(...left), bySeq: null } as const;
    return { ...decision, doors: [], heldDoors: [], isPending: false, ended, waitsFor: null, lookAgainAt: null };
  }
  if (!hasUnknown) return decision;
  const waitsFor = decision.waitsFor ?? (members.length === 0 ? 'mending' : null);
  return { ...decision, waitsFor, problems: [...decision.problems, 'member_unknown'] };
}

/** True when nobody is let in because every member it is for is suspended. */
export function areSuspended({ members }: Holders): boolean {
  const present = members.filter(({ leftAt }) => leftAt === null);
  return present.length > 0 && present.every(({ isSuspended }) => isSuspended);
}
