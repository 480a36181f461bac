import type { Instant } from '../domain/time';
import type { JsonObject } from './ports';

/** A fact about a member or a team, as it is stored. */
export interface SubjectFact {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly type: 'member' | 'team';
  /** The platform's own id. */
  readonly id: string;
  readonly version: number | null;
  /** What kind of version the fact carries; a source's are all of one kind. */
  readonly versionKind: 'integer' | 'instant' | null;
  /** The body as it was received. */
  readonly payload: JsonObject;
  readonly bodyHash: string;
  readonly idempotencyKey: string | null;
  readonly eventId: string | null;
  readonly receivedAt: Instant;
}

/** What came in over HTTP: the rest is made from it. */
export type SubjectInput = Omit<SubjectFact, 'type' | 'bodyHash' | 'receivedAt'>;

/** `duplicate`: `seq` is the number of the fact that was received before. */
export type SubjectRefusal =
  | { readonly kind: 'duplicate'; readonly seq: number }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'unknown_source' }
  | { readonly kind: 'version_kind_mismatch'; readonly expected: 'integer' | 'instant' };

export type FactOutcome = 'applied' | 'stale' | 'duplicate';
