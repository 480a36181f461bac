import { concernDoors, concernSubjects, makeLockGroupRows, type Subject } from './concern';
import { hoursKey } from './door-mapping-rows';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { json } from './sql';
import { tableOf } from './subjects';

/**
 * The opening hours of plans and pass types, or what they mean, have changed: call it in the transaction that changes them.
 *
 * Their one-lock groups are not ready until Kisi was read to hold the new hours, their integrations' `doors` look again, and
 * so does everyone with access through them.
 */
export async function concernHours(tx: LedgerTx, organizationId: string, subjects: readonly Subject[]): Promise<void> {
  if (subjects.length === 0) return;
  const given = Prisma.sql`(SELECT x."type", x."source", x."id"
    FROM jsonb_to_recordset(${json(subjects)}) AS x("type" text, "source" text, "id" text))`;
  const isTheirs = Prisma.sql`d."organizationId" = ${organizationId}
    AND (d."subjectType", d."subjectSource", d."subjectId") IN ${given}`;
  const integrations = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT d."integrationId" AS "id" FROM "DoorMapping" d WHERE ${isTheirs} ORDER BY 1`;
  for (const { id } of integrations) await concernDoors(tx, { organizationId, integrationId: id });
  await makeLockGroupRows(tx, isTheirs);
  for (const type of ['plan', 'pass_type'] as const) {
    await tx.$executeRaw`
      UPDATE "LockGroup" g SET "status" = CASE WHEN g."status" = 'ready' THEN 'making' ELSE g."status" END, "readAt" = null,
        "retryAt" = CASE WHEN g."intentDeadline" IS NULL THEN null ELSE g."retryAt" END, "updatedAt" = now()
      WHERE g."organizationId" = ${organizationId} AND g."hoursOf" IN (
        SELECT ${hoursKey(type)} FROM ${tableOf(type)} s WHERE s."organizationId" = ${organizationId}
          AND (${type}::text, s."sourceId", s."id") IN ${given})`;
  }
  await concernSubjects(tx, organizationId, subjects);
}

/** The plans and pass types of a location. */
export function subjectsOfLocation(tx: LedgerTx, organizationId: string, locationId: string): Promise<Subject[]> {
  const parts = (['plan', 'pass_type'] as const).map(
    (type) => Prisma.sql`SELECT ${type}::text AS "type", s."sourceId" AS "source", s."id" FROM ${tableOf(type)} s
      WHERE s."organizationId" = ${organizationId} AND s."locationId" = ${locationId}`,
  );
  return tx.$queryRaw<Subject[]>`${Prisma.join(parts, ' UNION ALL ')}`;
}
