import type { DoorMapping, MappingRefusal, MappingSubject } from '../usecases/door-mappings';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';
import { json } from './sql';

const TABLES = { resource: '"Resource"', plan: '"Plan"', pass_type: '"PassType"' } as const;

/**
 * Keeps what mappings are about from being deleted until the transaction ends: whoever deletes it looks for mappings
 * under the row's lock.
 */
export async function holdSubjects(
  tx: LedgerTx,
  organizationId: string,
  subjects: readonly MappingSubject[],
): Promise<void> {
  for (const type of ['resource', 'plan', 'pass_type'] as const) {
    const ofType = subjects.filter((subject) => subject.type === type);
    if (ofType.length === 0) continue;
    await tx.$queryRaw`
      SELECT s."id" FROM ${Prisma.raw(TABLES[type])} s WHERE s."organizationId" = ${organizationId}
        AND (s."sourceId", s."id") IN (SELECT x."source", x."id"
          FROM jsonb_to_recordset(${json(ofType)}) AS x("source" text, "id" text))
      ORDER BY s."sourceId", s."id" FOR KEY SHARE`;
  }
}

/**
 * Says why mappings cannot be saved, one answer for each in its order, in one statement: what they are about must exist, and
 * so must the integration. Its locations only sort and filter: one Kisi organization often serves sites beyond them.
 */
export async function refuseMappings(
  db: LedgerTx,
  organizationId: string,
  mappings: readonly Pick<DoorMapping, 'subject' | 'integrationId'>[],
): Promise<readonly (MappingRefusal | null)[]> {
  const asked = mappings.map(({ subject, integrationId }, index) => ({ index, ...subject, integrationId }));
  const rows = await db.$queryRaw<{ refusal: MappingRefusal | null }[]>`
    SELECT CASE
      WHEN r."id" IS NULL AND p."id" IS NULL AND t."id" IS NULL THEN 'unknown_subject'
      WHEN i."id" IS NULL THEN 'unknown_integration'
      END AS "refusal"
    FROM jsonb_to_recordset(${json(asked)}) AS x("index" int, "type" text, "source" text, "id" text, "integrationId" text)
    LEFT JOIN "Resource" r ON x."type" = 'resource' AND r."organizationId" = ${organizationId}
      AND r."sourceId" = x."source" AND r."id" = x."id"
    LEFT JOIN "Plan" p ON x."type" = 'plan' AND p."organizationId" = ${organizationId}
      AND p."sourceId" = x."source" AND p."id" = x."id"
    LEFT JOIN "PassType" t ON x."type" = 'pass_type' AND t."organizationId" = ${organizationId}
      AND t."sourceId" = x."source" AND t."id" = x."id"
    LEFT JOIN "Integration" i ON i."id" = x."integrationId" AND i."organizationId" = ${organizationId}
    ORDER BY x."index"`;
  return rows.map((row) => row.refusal);
}
