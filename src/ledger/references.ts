import type { DeleteResult, Reference } from '../usecases/references';
import { Prisma } from './generated/client';
import type { LedgerTx } from './open';

/** Where to look for what refers to something: a SELECT with one column "id". */
export type ReferenceQuery = readonly [kind: Reference['kind'], rows: Prisma.Sql];

/**
 * Runs a deletion unless something refers to what is to go. Whatever is deleted must be locked already.
 *
 * @returns `deleted`, or what refers to it
 */
export async function deleteUnreferenced(
  tx: LedgerTx,
  queries: readonly ReferenceQuery[],
  remove: () => Promise<unknown>,
): Promise<DeleteResult> {
  const by = await findReferences(tx, queries);
  if (by.length > 0) return { kind: 'in_use', by };
  await remove();
  return { kind: 'deleted' };
}

function findReferences(tx: LedgerTx, queries: readonly ReferenceQuery[]): Promise<Reference[]> {
  const parts = queries.map(
    ([kind, rows]) => Prisma.sql`
      SELECT ${kind}::text AS "kind", count(*)::int AS "count", (array_agg(x."id" ORDER BY x."id"))[1:3] AS "examples"
      FROM (${rows}) x HAVING count(*) > 0`,
  );
  return tx.$queryRaw<Reference[]>`${Prisma.join(parts, ' UNION ALL ')}`;
}

/** The door mappings of a resource, plan or pass type. */
export function mappingsOf(subject: {
  readonly organizationId: string;
  readonly type: 'resource' | 'plan' | 'pass_type';
  readonly source: string;
  readonly id: string;
}): ReferenceQuery {
  const { organizationId, type, source, id } = subject;
  return [
    'door_mapping',
    Prisma.sql`SELECT d."id" FROM "DoorMapping" d WHERE d."organizationId" = ${organizationId}
      AND d."subjectType" = ${type} AND d."subjectSource" = ${source} AND d."subjectId" = ${id}`,
  ];
}
