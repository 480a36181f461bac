import type { Instant } from '../domain/time';
import { factRefusal, hashBody } from './receive-fact';
import type { FactOutcome, SubjectFact, SubjectInput, SubjectRefusal } from './subject-facts';

/** A team as the platform describes it now: all of its members. */
export interface DescribedTeam {
  readonly name: string;
  readonly memberIds: readonly string[];
}

export interface TeamInput extends SubjectInput {
  readonly team: DescribedTeam;
}

export interface TeamResult {
  readonly result: FactOutcome;
  /** Who is in the team as it is known now, and was not described yet; their access follows once they are. */
  readonly unknownMemberIds: readonly string[];
}

export type ReceiveTeam = (input: TeamInput) => Promise<TeamResult>;

/** The ledger's side: the fact and all that follows from it in one transaction. */
export type StoreTeam = (
  fact: SubjectFact,
  team: DescribedTeam,
) => Promise<
  | { readonly kind: 'stored'; readonly stale: boolean; readonly unknownMemberIds: readonly string[] }
  | { readonly kind: 'duplicate'; readonly unknownMemberIds: readonly string[] }
  | Exclude<SubjectRefusal, { kind: 'duplicate' }>
>;

/**
 * Takes in one fact about a team: stored and merged into the team's row; who joins or leaves makes what the team holds be
 * looked at again, in the same transaction. When this returns, no crash can lose it.
 *
 * @throws AppError unknown_source, version_kind_mismatch, idempotency_key_reused
 */
export function createReceiveTeam(deps: {
  readonly storeTeam: StoreTeam;
  /** Starts what a change that concerns many has caused. */
  readonly kick: () => void;
  readonly clock: () => Instant;
}): ReceiveTeam {
  return async ({ team, ...input }) => {
    const bodyHash = hashBody('team', input.payload);
    const stored = await deps.storeTeam({ ...input, type: 'team', bodyHash, receivedAt: deps.clock() }, team);
    switch (stored.kind) {
      case 'stored':
        if (!stored.stale) deps.kick();
        return { result: stored.stale ? 'stale' : 'applied', unknownMemberIds: stored.unknownMemberIds };
      case 'duplicate':
        return { result: 'duplicate', unknownMemberIds: stored.unknownMemberIds };
      default:
        throw factRefusal(stored, input);
    }
  };
}
