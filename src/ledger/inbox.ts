import { Prisma } from './generated/client';
import type { LedgerTx } from './open';

export type VersionKind = 'integer' | 'instant';

/** Where a fact comes from and by what it is known again. */
export interface FactOrigin {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly version: number | null;
  readonly idempotencyKey: string | null;
  readonly eventId: string | null;
  readonly bodyHash: string;
}

export type SourceRefusal =
  { readonly kind: 'unknown_source' } | { readonly kind: 'version_kind_mismatch'; readonly expected: VersionKind };

/** The source of a fact, as a column: JSON with the kind of its versions, or null where there is no such source. */
export function sourceColumn({
  organizationId,
  sourceId,
}: Pick<FactOrigin, 'organizationId' | 'sourceId'>): Prisma.Sql {
  return Prisma.sql`(SELECT json_build_object('versionKind', s."versionKind") FROM "Source" s
    WHERE s."organizationId" = ${organizationId} AND s."id" = ${sourceId}) AS "source"`;
}

/** What `sourceColumn` reads. */
export type FactSource = { readonly versionKind: VersionKind | null } | null;

/**
 * A source's versions are all of one kind, whatever they are about. Its first version decides; of two first ones at once the
 * second sees the first one's choice.
 *
 * @returns why the fact cannot be taken, or null
 */
export async function agreeOnVersions(
  tx: LedgerTx,
  { organizationId, sourceId }: Pick<FactOrigin, 'organizationId' | 'sourceId'>,
  versionKind: VersionKind | null,
  source: FactSource,
): Promise<SourceRefusal | null> {
  if (!source) return { kind: 'unknown_source' };
  if (versionKind === null || source.versionKind === versionKind) return null;
  if (source.versionKind !== null) return { kind: 'version_kind_mismatch', expected: source.versionKind };
  const chosen = await tx.$queryRaw<{ versionKind: VersionKind }[]>`
    UPDATE "Source" SET "versionKind" = coalesce("versionKind", ${versionKind})
    WHERE "organizationId" = ${organizationId} AND "id" = ${sourceId} RETURNING "versionKind"`;
  const expected = chosen[0]?.versionKind ?? versionKind;
  return expected === versionKind ? null : { kind: 'version_kind_mismatch', expected };
}

/** A fact that was received before; `seq` is its number among those of its own subject. */
export interface KnownFact {
  readonly isKeyReused: boolean;
  readonly seq: number;
}

/**
 * Finds whether a fact was received before: by its Idempotency-Key, by the platform's event id, or by version plus body.
 * Nothing else is a duplicate. A key that was used for something else is no duplicate but reused.
 *
 * @param subject which rows of the inbox are about the same
 */
export async function findKnown(tx: LedgerTx, origin: FactOrigin, subject: Prisma.Sql): Promise<KnownFact | null> {
  const { organizationId, sourceId, idempotencyKey, eventId, version, bodyHash } = origin;
  if (idempotencyKey === null && eventId === null && version === null) return null;
  const known = await tx.$queryRaw<{ isOther: boolean; byKey: boolean; seq: number }[]>`
    SELECT "bodyHash" <> ${bodyHash} OR (${subject}) IS NOT TRUE AS "isOther", "seq",
      coalesce("idempotencyKey" = ${idempotencyKey}, false) AS "byKey"
    FROM "InboxFact"
    WHERE ("organizationId" = ${organizationId} AND "sourceId" = ${sourceId} AND "idempotencyKey" = ${idempotencyKey})
       OR ("organizationId" = ${organizationId} AND "sourceId" = ${sourceId} AND "eventId" = ${eventId})
       OR ((${subject}) AND "version" = ${version}::bigint AND "bodyHash" = ${bodyHash})
    ORDER BY "id"`;
  const [first] = known;
  return first === undefined ? null : { seq: first.seq, isKeyReused: known.some((one) => one.byKey && one.isOther) };
}
