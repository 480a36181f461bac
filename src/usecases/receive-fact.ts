import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors';
import type { EntitlementFact } from '../domain/entitlement-facts';
import type { Instant } from '../domain/time';
import type { FactToStore, JsonObject, JsonValue, NamedMember, StoredFact, Waker } from './ports';

export type FactInput = EntitlementFact & {
  readonly organizationId: string;
  readonly sourceId: string;
  /** The entitlement's id in its platform. */
  readonly externalId: string;
  readonly versionKind: 'integer' | 'instant' | null;
  readonly member: NamedMember | null;
  /** The body as it was received. */
  readonly payload: JsonObject;
  readonly idempotencyKey: string | null;
  /** The platform's own id of this event, where it has one. */
  readonly eventId: string | null;
};

export interface FactResult {
  readonly result: 'applied' | 'stale' | 'duplicate';
  readonly entitlementId: string;
}

export type ReceiveFact = (input: FactInput) => Promise<FactResult>;

/**
 * Takes in one fact about an entitlement: stored, merged into the entitlement's row and marked dirty in one transaction, then
 * the workflow is told. When this returns, no crash can lose the fact.
 *
 * @throws AppError unknown_resource, unknown_plan, unknown_pass_type, unknown_source, version_kind_mismatch, idempotency_key_reused
 */
export function createReceiveFact(deps: {
  readonly storeFact: (fact: FactToStore) => Promise<StoredFact>;
  readonly waker: Waker;
  readonly clock: () => Instant;
}): ReceiveFact {
  return async (input) => {
    const { organizationId, kind, sourceId, externalId, fact } = input;
    const key = { organizationId, kind, sourceId, externalId };
    const stored = await deps.storeFact({
      key,
      said: { kind, fact },
      versionKind: input.versionKind,
      member: input.member,
      payload: input.payload,
      bodyHash: hashBody(fact.kind, input.payload),
      idempotencyKey: input.idempotencyKey,
      eventId: input.eventId,
      receivedAt: deps.clock(),
    });
    if (stored.kind === 'stored') {
      if (!stored.stale) deps.waker.wakeEntitlements([key]);
      return { result: stored.stale ? 'stale' : 'applied', entitlementId: stored.entitlementId };
    }
    if (stored.kind === 'duplicate') return { result: 'duplicate', entitlementId: stored.entitlementId };
    throw factRefusal(stored, input);
  };
}

/** Why a fact cannot be taken, for whoever sent it. */
export function factRefusal(
  stored: Exclude<StoredFact, { kind: 'stored' | 'duplicate' }>,
  input: { readonly sourceId: string },
): AppError {
  switch (stored.kind) {
    case 'unknown_resource':
      return new AppError('unknown_resource', 'No resource with this id exists in this source. Create it first.', {
        fields: [{ field: 'resourceId', message: 'the id of a resource that exists in this source' }],
      });
    case 'unknown_plan':
      return new AppError('unknown_plan', 'No plan with this id exists in this source. Create it first.', {
        fields: [{ field: 'planId', message: 'the id of a plan that exists in this source' }],
      });
    case 'unknown_pass_type':
      return new AppError('unknown_pass_type', 'No pass type with this id exists in this source. Create it first.', {
        fields: [{ field: 'passTypeId', message: 'the id of a pass type that exists in this source' }],
      });
    case 'unknown_source':
      return new AppError('unknown_source', `There is no source "${input.sourceId}" in this organization.`, {
        fields: [{ field: 'source', message: 'the id of a source of this organization' }],
      });
    case 'version_kind_mismatch':
      return new AppError('version_kind_mismatch', 'All versions of a source are of one kind.', {
        fields: [{ field: 'version', message: `an ${stored.expected}, like the earlier versions of this source` }],
      });
    case 'idempotency_key_reused':
      return new AppError('idempotency_key_reused', 'This Idempotency-Key was used for another request.', {
        fields: [{ field: 'Idempotency-Key', message: 'a new key for each new request' }],
      });
  }
}

/** The same for the same content, however the keys are ordered. */
export function hashBody(kind: string, payload: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, sortKeys(payload)]))
    .digest('hex');
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => sortKeys(item));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, item]: [string, JsonValue]) => [key, sortKeys(item)]),
    );
  }
  return value;
}
