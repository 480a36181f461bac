import type { EntitlementKind } from '../domain/entitlement';
import type { Instant } from '../domain/time';
import { factRefusal, hashBody } from './receive-fact';
import type { FactOutcome, SubjectFact, SubjectInput, SubjectRefusal } from './subject-facts';

/** `left`: nothing is given to this member any more, whatever is still booked or paid. */
export const MEMBER_STATUSES = ['active', 'left'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** A member as the platform describes them now. */
export interface DescribedMember {
  readonly email: string;
  readonly name: string;
  readonly status: MemberStatus;
  readonly locale: string | null;
}

export interface MemberInput extends SubjectInput {
  readonly member: DescribedMember;
}

/** What ended because a member left. */
export interface Departure {
  /** The member's own open entitlements, the first of them. */
  readonly ended: readonly { readonly kind: EntitlementKind; readonly id: string; readonly source: string }[];
  readonly endedCount: number;
  /** The teams whose access the member loses; the teams keep theirs. */
  readonly teamIds: readonly string[];
}

export const NO_DEPARTURE: Departure = { ended: [], endedCount: 0, teamIds: [] };

export interface MemberResult extends Departure {
  readonly result: FactOutcome;
}

export type ReceiveMember = (input: MemberInput) => Promise<MemberResult>;

/** The ledger's side: the fact and all that follows from it in one transaction. */
export type StoreMember = (
  fact: SubjectFact,
  member: DescribedMember,
) => Promise<
  | ({ readonly kind: 'stored'; readonly stale: boolean } & Departure)
  | ({ readonly kind: 'duplicate' } & Departure)
  | Exclude<SubjectRefusal, { kind: 'duplicate' }>
>;

/**
 * Takes in one fact about a member: stored and merged into the member's row, and all that the member holds is to be looked
 * at again, in one transaction. When this returns, no crash can lose it.
 *
 * A member who leaves loses everything at once; the result says what. The same fact again gives the same answer.
 *
 * @throws AppError unknown_source, version_kind_mismatch, idempotency_key_reused
 */
export function createReceiveMember(deps: {
  readonly storeMember: StoreMember;
  /** Starts what a change that concerns many has caused. */
  readonly kick: () => void;
  readonly clock: () => Instant;
}): ReceiveMember {
  return async ({ member, ...input }) => {
    const bodyHash = hashBody('member', input.payload);
    const stored = await deps.storeMember({ ...input, type: 'member', bodyHash, receivedAt: deps.clock() }, member);
    switch (stored.kind) {
      case 'stored': {
        const { kind: _kind, stale, ...departure } = stored;
        if (!stale) deps.kick();
        return { result: stale ? 'stale' : 'applied', ...departure };
      }
      case 'duplicate': {
        const { kind, ...departure } = stored;
        return { result: kind, ...departure };
      }
      default:
        throw factRefusal(stored, input);
    }
  };
}
