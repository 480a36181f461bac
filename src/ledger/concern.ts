import type { IntegrationKey } from '../usecases/kisi-doors';
import { HOURS_OF } from './door-mapping-rows';
import type { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx } from './open';
import { at } from './sql';

/** What a door mapping is about. */
export interface Subject {
  readonly type: string;
  readonly source: string;
  readonly id: string;
}

/** Everyone with access through these subjects is looked at again: one fan-out for each subject. */
export async function concernSubjects(
  tx: LedgerTx,
  organizationId: string,
  subjects: readonly Subject[],
): Promise<void> {
  const once = new Map(
    subjects.map(({ type, source, id }) => [JSON.stringify([type, source, id]), { type, source, id }]),
  );
  const data = [...once.values()].map(({ type, source, id }) => ({
    id: newId(),
    organizationId,
    kind: type,
    subjectSource: source,
    subjectId: id,
  }));
  if (data.length > 0) await tx.fanOut.createMany({ data });
}

/**
 * The integration's `doors` workflow looks again: marked dirty in this transaction, woken by the relay after it.
 *
 * @param now for how long it has been waiting
 */
export async function concernDoors(tx: LedgerTx, key: IntegrationKey, now: number = Date.now()): Promise<void> {
  await tx.$executeRaw`
    WITH marked AS (
      UPDATE "Integration" SET "dirtySeq" = "dirtySeq" + 1, "dirtySince" = coalesce("dirtySince", ${at(now)})
      WHERE "id" = ${key.integrationId} AND "organizationId" = ${key.organizationId} RETURNING "id"
    )
    INSERT INTO "FanOut" ("id", "organizationId", "kind", "subjectId")
    SELECT ${newId()}, ${key.organizationId}, 'doors', "id" FROM marked
    WHERE NOT EXISTS (SELECT 1 FROM "FanOut" f WHERE f."doneAt" IS NULL AND f."kind" = 'doors' AND f."subjectId" = marked."id"
      AND f.xmin::text = pg_current_xact_id()::xid::text)`;
}

/**
 * Lock mappings need groups of exactly their locks, one for everybody and one for each plan or pass type with opening hours:
 * rows are made where there are none. Call it in the transaction that saves what the mappings `d` are or mean.
 */
export async function makeLockGroupRows(tx: LedgerTx, mappings: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "LockGroup" ("integrationId", "lockId", "hoursOf", "organizationId", "updatedAt")
    SELECT DISTINCT i."id", d."targetId", ${HOURS_OF}, i."organizationId", now()
    FROM "DoorMapping" d JOIN "Integration" i ON i."id" = d."integrationId" AND i."organizationId" = d."organizationId"
    WHERE d."targetType" = 'lock' AND i."status" = 'connected' AND ${mappings}
    ORDER BY 1, 2, 3
    ON CONFLICT ("integrationId", "lockId", "hoursOf") DO NOTHING`;
}
