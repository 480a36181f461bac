import { END_REASONS } from '../domain/entitlement';
import { resultOfDoor, type StoredDoor } from '../domain/receipts';
import { EMPTY_CHAIN } from '../usecases/receipt-chain';
import type { EntitlementName, ReceiptDoor, ReceiptFilter, Receipts, ReceiptView } from '../usecases/receipts';
import { toPage } from './audit';
import { Prisma } from './generated/client';
import type { OpenLedger } from './open';
import { contentOf, RECEIPT_COLUMNS, type ReceiptRow } from './receipts';
import { allOf, at, json } from './sql';

/** Receipts as people and auditors see them: one statement for a page. */
export function createReceipts(ledger: OpenLedger): Receipts {
  const { prisma } = ledger;
  return {
    async get(organizationId, id) {
      const [row] = await readRows(ledger, organizationId, Prisma.sql`r."id" = ${id}`, 1);
      return row === undefined ? null : toView(row);
    },
    async list(organizationId, filter, { limit, after }) {
      const condition = Prisma.sql`${toCondition(organizationId, filter)} AND ${isBefore(after)}`;
      const rows = await readRows(ledger, organizationId, condition, limit + 1);
      return toPage(rows, limit, ({ number }) => String(number), toView);
    },
    async log(organizationId, afterNumber, limit) {
      const rows = await prisma.$queryRaw<(ReceiptRow & Chained)[]>`
        SELECT ${RECEIPT_COLUMNS}, ${CHAINED} FROM "Receipt" r JOIN "Entitlement" e ON e."id" = r."entitlementId"
        WHERE r."organizationId" = ${organizationId} AND r."number" > ${afterNumber}::int
        ORDER BY r."number" LIMIT ${limit}::int`;
      return rows.map((row) => {
        const { number, previousHash, contentHash, hash } = row;
        return { number, previousHash, contentHash, hash, content: contentOf(row) };
      });
    },
    async head(organizationId) {
      const head = await prisma.receiptChain.findUnique({ where: { organizationId } });
      return head === null ? EMPTY_CHAIN : { number: head.number, hash: head.hash };
    },
  };
}

interface Chained {
  readonly number: number;
  readonly contentHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

const CHAINED = Prisma.sql`r."number", r."contentHash", r."previousHash", r."hash"`;

interface Row extends ReceiptRow, Chained {
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly timeZone: string | null;
  readonly isUnverified: boolean;
  readonly lateSeconds: number | null;
  /** What is known now of the door at the same place, or null. */
  readonly known: readonly { readonly lockId: number | null; readonly name: string | null }[] | null;
  readonly others: Readonly<Record<string, EntitlementName>> | null;
}

/** The cursor is the number of the last receipt of the page before; another cursor than that finds nothing. */
function isBefore(after: string | null): Prisma.Sql {
  if (after === null) return Prisma.sql`r."number" IS NOT NULL`;
  return /^\d{1,9}$/.test(after) ? Prisma.sql`r."number" < ${Number(after)}::int` : Prisma.sql`false`;
}

function readRows(
  { prisma }: OpenLedger,
  organizationId: string,
  condition: Prisma.Sql,
  limit: number,
): Promise<Row[]> {
  return prisma.$queryRaw<Row[]>`
    SELECT ${RECEIPT_COLUMNS}, ${CHAINED}, e."memberId", m."name" AS "memberName", l."timeZone", r."isUnverified",
      r."lateSeconds",
      (SELECT json_agg(json_build_object('lockId', g."lockId", 'name', k."name") ORDER BY d."place")
        FROM jsonb_array_elements(r."doors") WITH ORDINALITY d ("door", "place")
        LEFT JOIN "LockGroup" g ON g."integrationId" = d."door"->>'integrationId'
          AND g."groupId" = (d."door"->>'groupId')::int AND g."organizationId" = r."organizationId"
        LEFT JOIN "KisiDoor" k ON k."integrationId" = d."door"->>'integrationId'
          AND k."type" = CASE WHEN g."lockId" IS NULL THEN 'group' ELSE 'lock' END
          AND k."kisiId" = coalesce(g."lockId", (d."door"->>'groupId')::int)) AS "known",
      (SELECT json_object_agg(o."id", json_build_object('kind', o."kind", 'source', o."sourceId", 'id', o."externalId"))
        FROM "Entitlement" o WHERE o."organizationId" = r."organizationId" AND o."id" IN (
          SELECT jsonb_array_elements_text(d->'keptFor') FROM jsonb_array_elements(r."doors") d
          WHERE jsonb_typeof(d->'keptFor') = 'array')) AS "others"
    FROM "Receipt" r JOIN "Entitlement" e ON e."id" = r."entitlementId"
    LEFT JOIN "Member" m ON m."organizationId" = e."organizationId" AND m."sourceId" = e."sourceId" AND m."id" = e."memberId"
    LEFT JOIN "Resource" s ON s."organizationId" = e."organizationId" AND s."sourceId" = e."sourceId" AND s."id" = e."resourceId"
    LEFT JOIN "Location" l ON l."organizationId" = e."organizationId" AND l."id" = s."locationId"
    WHERE r."organizationId" = ${organizationId} AND ${condition} AND r."number" IS NOT NULL
    ORDER BY r."number" DESC LIMIT ${limit}::int`;
}

function toCondition(organizationId: string, filter: ReceiptFilter): Prisma.Sql {
  const { source, kind, entitlementId, memberId, reason, isVerified, lateSeconds } = filter;
  const { dueFrom, dueUntil, createdFrom, createdUntil } = filter;
  return allOf([
    source === null ? null : Prisma.sql`e."sourceId" = ${source}`,
    kind === null ? null : Prisma.sql`e."kind" = ${kind}`,
    entitlementId === null ? null : Prisma.sql`e."externalId" = ${entitlementId}`,
    memberId === null ? null : isOfMember(memberId),
    isAtDoor(organizationId, filter),
    reason === null ? null : Prisma.sql`r."reason" = ${reason}`,
    isVerified === null ? null : Prisma.sql`r."isUnverified" = ${!isVerified}`,
    lateSeconds === null ? null : Prisma.sql`r."lateSeconds" > ${lateSeconds}::float8`,
    dueFrom === null ? null : Prisma.sql`r."dueAt" >= ${at(dueFrom)}`,
    dueUntil === null ? null : Prisma.sql`r."dueAt" < ${at(dueUntil)}`,
    createdFrom === null ? null : Prisma.sql`r."createdAt" >= ${at(createdFrom)}`,
    createdUntil === null ? null : Prisma.sql`r."createdAt" < ${at(createdUntil)}`,
  ]);
}

/** Whoever holds the entitlement, or was let in by it. */
function isOfMember(memberId: string): Prisma.Sql {
  return Prisma.sql`(e."memberId" = ${memberId} OR EXISTS (
    SELECT 1 FROM "Claim" c WHERE c."entitlementId" = e."id" AND c."memberId" = ${memberId}))`;
}

function isAtDoor(organizationId: string, filter: ReceiptFilter): Prisma.Sql | null {
  const { integrationId, groupId, lockId } = filter;
  const door = {
    ...(integrationId === null ? {} : { integrationId }),
    ...(groupId === null ? {} : { groupId }),
  };
  const isOfGroup = Object.keys(door).length === 0 ? null : Prisma.sql`r."doors" @> ${json([door])}`;
  if (lockId === null) return isOfGroup;
  const isOfLock = Prisma.sql`EXISTS (
    SELECT 1 FROM "LockGroup" g WHERE g."organizationId" = ${organizationId} AND g."lockId" = ${lockId}::int
      AND (${integrationId}::text IS NULL OR g."integrationId" = ${integrationId}::text)
      AND r."doors" @> jsonb_build_array(jsonb_build_object('integrationId', g."integrationId", 'groupId', g."groupId")))`;
  return isOfGroup === null ? isOfLock : Prisma.sql`${isOfGroup} AND ${isOfLock}`;
}

function toView(row: Row): ReceiptView {
  const { kind, source, externalId, isUnverified, doors, known, others, organizationId: _organization, ...rest } = row;
  return {
    ...rest,
    entitlement: { kind, source, id: externalId },
    reason: END_REASONS.find((reason) => reason === row.reason) ?? 'expired',
    isVerified: !isUnverified,
    doors: doors.map((door, place) => toDoor(door, known?.[place], others ?? {})),
  };
}

function toDoor(
  door: StoredDoor,
  known: { readonly lockId: number | null; readonly name: string | null } | undefined,
  others: Readonly<Record<string, EntitlementName>>,
): ReceiptDoor {
  return {
    integrationId: door.integrationId,
    groupId: door.groupId,
    lockId: known?.lockId ?? null,
    name: known?.name ?? null,
    personId: door.personId,
    from: door.windowFrom,
    until: door.windowUntil,
    result: resultOfDoor(door),
    refusedAt: door.refusedAt ?? null,
    deletedAt: door.deletedAt ?? null,
    verifiedAbsentAt: door.verifiedAbsentAt ?? null,
    opensAgainAt: door.opensAgainAt ?? null,
    attempts: door.attempts ?? 0,
    request: door.request ?? null,
    keptFor: (door.keptFor ?? []).flatMap((id) => others[id] ?? []),
    writtenOffBy: door.writtenOffBy ?? null,
    writeOffReason: door.reason ?? null,
  };
}
