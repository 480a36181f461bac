import { isUnverified, lateSecondsOf, type StoredDoor } from '../domain/receipts';
import { toIso, type Instant } from '../domain/time';
import { contentHashOf, GENESIS_HASH, toContent } from '../usecases/receipt-chain';
import type { EntitlementName } from '../usecases/receipts';
import type { ReceiptToWrite } from '../usecases/ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx } from './open';
import { at, json, ms } from './sql';

/** What a look that ends an entitlement writes of it. */
export interface EndedEntitlement {
  readonly organizationId: string;
  readonly entitlementId: string;
  /** How many endings it had, this one included. */
  readonly ending: number;
  readonly receipt: ReceiptToWrite;
  /** The end of its whole window, or null. */
  readonly until: Instant | null;
  readonly now: Instant;
}

/**
 * Writes the receipt of an ended entitlement as the next one of its organization's chain.
 *
 * It must be the last thing that the look's transaction does: from here to the commit nobody else of the organization can
 * write one. Locks are taken in the order that everybody keeps, the chain's last.
 *
 * @returns the receipt's id
 */
export async function writeReceipt(tx: LedgerTx, ended: EndedEntitlement): Promise<string> {
  const { organizationId, entitlementId, ending, receipt, now } = ended;
  const { dueAt, ...entitlement } = await readDue(tx, ended);
  const id = newId();
  const { doors, reason } = receipt;
  const content = toContent({
    ...{ id, organizationId, entitlement, ending, reason, doors },
    dueAt: toIso(dueAt),
    writtenAt: toIso(now),
  });
  const contentHash = contentHashOf(content);
  await tx.$executeRaw`
    WITH head AS (${nextInChain(organizationId, contentHash)}),
    told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "entitlementId", "details")
      SELECT ${newId()}, ${organizationId}, ${at(now)}, 'receipt_written', ${entitlementId},
             jsonb_build_object('receiptId', ${id}::text, 'reason', ${reason}::text) FROM head
    )
    INSERT INTO "Receipt" ("id", "organizationId", "entitlementId", "ending", "reason", "dueAt", "doors", "createdAt",
                           "isUnverified", "lateSeconds", "number", "contentHash", "previousHash", "hash")
    SELECT ${id}, ${organizationId}, ${entitlementId}, ${ending}::int, ${reason}, ${at(dueAt)}, ${json(doors)}, ${at(now)},
           ${isUnverified(doors)}, ${lateSecondsOf(dueAt, doors)}::float8, "number", ${contentHash}, "previousHash", "hash"
    FROM head`;
  return id;
}

/** The key of the entitlement, and when its end was due: an early end when its fact arrived, but never after the window. */
async function readDue(
  tx: LedgerTx,
  { entitlementId, receipt, until }: EndedEntitlement,
): Promise<EntitlementName & { readonly dueAt: Instant }> {
  const [row] = await tx.$queryRaw<(EntitlementName & { readonly saidAt: Instant | null })[]>`
    SELECT e."kind", e."sourceId" AS "source", e."externalId" AS "id",
      (SELECT ${ms('f."receivedAt"')} FROM "InboxFact" f
        WHERE f."entitlementId" = e."id" AND f."seq" = ${receipt.dueBySeq}::int) AS "saidAt"
    FROM "Entitlement" e WHERE e."id" = ${entitlementId}`;
  if (!row) throw new Error('An entitlement that does not exist cannot end.');
  const { saidAt, ...entitlement } = row;
  const isEarly = receipt.dueBySeq !== null;
  const dueAt = isEarly ? Math.min(saidAt ?? receipt.dueAt, until ?? Number.POSITIVE_INFINITY) : receipt.dueAt;
  return { ...entitlement, dueAt: Math.round(dueAt) };
}

/** The hash of the next link, as `chainHashOf` makes it. */
const LINK = (number: string, previousHash: string, contentHash: string): Prisma.Sql =>
  Prisma.sql`encode(sha256(convert_to(${Prisma.raw(number)}::text || E'\\n' || ${Prisma.raw(previousHash)} || E'\\n' || ${contentHash}::text, 'UTF8')), 'hex')`;

/** Moves the end of the chain on by one, under its row's lock, and answers the new end. */
function nextInChain(organizationId: string, contentHash: string): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "ReceiptChain" AS c ("organizationId", "number", "previousHash", "hash")
    VALUES (${organizationId}, 1, ${GENESIS_HASH}, ${LINK('1', `'${GENESIS_HASH}'`, contentHash)})
    ON CONFLICT ("organizationId") DO UPDATE SET "number" = c."number" + 1, "previousHash" = c."hash",
      "hash" = ${LINK('(c."number" + 1)', 'c."hash"', contentHash)}
    RETURNING c."number", c."previousHash", c."hash"`;
}

/** A receipt with everything that its content hash covers. */
export interface ReceiptRow {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly source: string;
  readonly externalId: string;
  readonly ending: number;
  readonly reason: string;
  readonly dueAt: Instant;
  readonly writtenAt: Instant;
  readonly doors: readonly StoredDoor[];
}

/** The columns of a `ReceiptRow`, of receipts `r` and entitlements `e`. */
export const RECEIPT_COLUMNS = Prisma.sql`r."id", r."organizationId", e."kind", e."sourceId" AS "source",
  e."externalId", r."ending", r."reason", ${ms('r."dueAt"')} AS "dueAt", ${ms('r."createdAt"')} AS "writtenAt", r."doors"`;

/** The content of a receipt, made again from what the ledger holds now. */
export function contentOf(row: ReceiptRow): ReturnType<typeof toContent> {
  const { id, organizationId, kind, source, externalId, ending, reason, doors } = row;
  return toContent({
    ...{ id, organizationId, ending, reason, doors },
    entitlement: { kind, source, id: externalId },
    dueAt: toIso(Math.round(row.dueAt)),
    writtenAt: toIso(Math.round(row.writtenAt)),
  });
}
