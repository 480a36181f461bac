import { isUnverified, lateSecondsOf } from '../domain/receipts';
import { chainHashOf, contentHashOf, GENESIS_HASH } from '../usecases/receipt-chain';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { contentOf, RECEIPT_COLUMNS, type ReceiptRow } from './receipts';

const PAGE = 500;

/**
 * Chains the receipts that an earlier version wrote, in the order in which they were written; done when a ledger is opened.
 *
 * Page by page, each in a transaction that holds the end of the organization's chain: two processes that start at once, a
 * crash in between, and receipts that are written meanwhile leave one chain. Costs one look at an index when there is nothing.
 */
export async function chainOldReceipts(ledger: Pick<OpenLedger, 'prisma' | 'inTransaction'>): Promise<void> {
  const organizations = await ledger.prisma.$queryRaw<{ organizationId: string }[]>`
    SELECT DISTINCT "organizationId" FROM "Receipt" WHERE "number" IS NULL`;
  for (const { organizationId } of organizations) {
    while ((await ledger.inTransaction((tx) => chainPage(tx, organizationId))) === PAGE);
  }
}

async function chainPage(tx: LedgerTx, organizationId: string): Promise<number> {
  const [head] = await tx.$queryRaw<{ number: number; hash: string }[]>`
    INSERT INTO "ReceiptChain" ("organizationId", "number", "previousHash", "hash")
    VALUES (${organizationId}, 0, ${GENESIS_HASH}, ${GENESIS_HASH})
    ON CONFLICT ("organizationId") DO UPDATE SET "number" = "ReceiptChain"."number" RETURNING "number", "hash"`;
  if (head === undefined) throw new Error('The end of a chain of receipts cannot be read.');
  const rows = await tx.$queryRaw<ReceiptRow[]>`
    SELECT ${RECEIPT_COLUMNS} FROM "Receipt" r JOIN "Entitlement" e ON e."id" = r."entitlementId"
    WHERE r."organizationId" = ${organizationId} AND r."number" IS NULL
    ORDER BY r."createdAt", r."id" LIMIT ${PAGE}::int`;
  if (rows.length === 0) return 0;
  let { number, hash } = head;
  let previousHash = hash;
  const links = rows.map((row) => {
    const contentHash = contentHashOf(contentOf(row));
    previousHash = hash;
    number += 1;
    hash = chainHashOf(number, previousHash, contentHash);
    const late = lateSecondsOf(row.dueAt, row.doors);
    return Prisma.sql`(${row.id}, ${number}::int, ${contentHash}, ${previousHash}, ${hash}, ${isUnverified(row.doors)}::boolean,
      ${late}::float8)`;
  });
  await tx.$executeRaw`
    UPDATE "Receipt" r SET "number" = l."number", "contentHash" = l."contentHash", "previousHash" = l."previousHash",
      "hash" = l."hash", "isUnverified" = l."isUnverified", "lateSeconds" = l."lateSeconds"
    FROM (VALUES ${Prisma.join(links)})
      l ("id", "number", "contentHash", "previousHash", "hash", "isUnverified", "lateSeconds")
    WHERE r."id" = l."id"`;
  await tx.$executeRaw`
    UPDATE "ReceiptChain" SET "number" = ${number}::int, "previousHash" = ${previousHash}, "hash" = ${hash}
    WHERE "organizationId" = ${organizationId}`;
  return rows.length;
}
