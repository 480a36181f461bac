import type { IntegrationKey } from '../usecases/kisi-doors';
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
  const data = [...once.values()]
    // Only bookings have workflows so far, and a booking is of a resource.
    .filter(({ type }) => type === 'resource')
    .map(({ source, id }) => ({
      id: newId(),
      organizationId,
      kind: 'resource',
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
 * A lock mapping needs the group of exactly this lock: the row is made where there is none, and `doors` looks again. Call
 * it in the transaction that saves a mapping; without a lock (a group mapping) `doors` only looks.
 */
export async function wantLockGroup(tx: LedgerTx, key: IntegrationKey, lockId: number | null): Promise<void> {
  if (lockId !== null) {
    await tx.$executeRaw`
      INSERT INTO "LockGroup" ("integrationId", "lockId", "organizationId", "updatedAt")
      SELECT "id", ${lockId}::int, "organizationId", now() FROM "Integration"
      WHERE "id" = ${key.integrationId} AND "organizationId" = ${key.organizationId} AND "status" = 'connected'
      ON CONFLICT ("integrationId", "lockId") DO NOTHING`;
  }
  await concernDoors(tx, key);
}
