import { LOCK_GROUP_STATUSES } from '../domain/plan-doors';
import type { DoorFilter, DoorsLedger, IntegrationKey, KisiDoor, KisiDoorView } from '../usecases/kisi-doors';
import { noteContact } from './attempt-results';
import { concernSubjects } from './concern';
import { toPage } from './audit';
import { Prisma } from './generated/client';
import type { LedgerTx, OpenLedger } from './open';
import { at, json, ms } from './sql';

/** Kisi's locks and groups as they were last read, with what verifies the door mappings by them. */
export function createDoorsLedger(ledger: OpenLedger): DoorsLedger {
  const { prisma } = ledger;
  return {
    async findState({ organizationId, integrationId }) {
      const row = await prisma.integration.findFirst({
        where: { id: integrationId, organizationId },
        select: { status: true, doorsReadAt: true },
      });
      if (row === null) return null;
      return { isConnected: row.status === 'connected', readAt: row.doorsReadAt?.getTime() ?? null };
    },
    async list(key, filter, { limit, after }) {
      const page = Prisma.sql`${matches(filter)} AND ${isAfter(after)}`;
      const rows = await readDoors(prisma, key, page, limit + 1);
      return toPage(rows, limit, cursorOf, toView);
    },
    async get(key, type, id) {
      const only = Prisma.sql`k."type" = ${type} AND k."kisiId" = ${id}::int`;
      const [row] = await readDoors(prisma, key, only, 1);
      return row === undefined ? null : toView(row);
    },
    replace: (key, doors, startedAt) => ledger.inTransaction((tx) => replaceDoors(tx, key, doors, startedAt)),
    saveDoor: (key, door, now) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw`${insertDoors(key, [door], now)}
          ON CONFLICT ("integrationId", "type", "kisiId") DO UPDATE SET "name" = excluded."name",
            "placeId" = excluded."placeId", "placeName" = excluded."placeName", "isOnline" = excluded."isOnline",
            "doorCount" = excluded."doorCount", "readAt" = excluded."readAt"`;
      }),
    noteContact: (key, contact, now) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw`WITH ${noteContact(key, contact, now)} SELECT 1`;
      }),
  };
}

type DoorRow = KisiDoor & {
  readonly sortName: string;
  readonly lockGroup: { readonly groupId: number | null; readonly origin: string; readonly status: string } | null;
  readonly mappings: number;
};

function readDoors(
  db: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  condition: Prisma.Sql,
  limit: number,
): Promise<DoorRow[]> {
  return db.$queryRaw<DoorRow[]>`
    SELECT k."type", k."kisiId" AS "id", k."name", k."placeId", k."placeName", k."floorName", k."isOnline", k."doorCount",
      lower(k."name") AS "sortName",
      (SELECT json_build_object('groupId', g."groupId", 'origin', g."origin", 'status', g."status") FROM "LockGroup" g
        WHERE k."type" = 'lock' AND g."integrationId" = k."integrationId" AND g."lockId" = k."kisiId" AND g."hoursOf" = '') AS "lockGroup",
      (SELECT count(*)::int FROM "DoorMapping" d WHERE d."integrationId" = k."integrationId"
        AND d."targetType" = k."type" AND d."targetId" = k."kisiId") AS "mappings"
    FROM "KisiDoor" k JOIN "Integration" i ON i."id" = k."integrationId"
    WHERE k."integrationId" = ${integrationId} AND i."organizationId" = ${organizationId} AND ${condition}
    ORDER BY lower(k."name"), k."type", k."kisiId" LIMIT ${limit}::int`;
}

function matches({ type, query }: DoorFilter): Prisma.Sql {
  const words = (query ?? '').split(/\s+/).filter((word) => word !== '');
  const conditions = [
    ...(type === null ? [] : [Prisma.sql`k."type" = ${type}`]),
    ...words.map(
      (word) => Prisma.sql`strpos(lower(concat_ws(chr(10), k."name", k."placeName", k."floorName", k."kisiId"::text)),
        lower(${word})) > 0`,
    ),
  ];
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ');
}

/** Names sort first, so a page goes on after the last row's name, type and id. */
function cursorOf({ type, id, sortName }: DoorRow): string {
  return `${type}/${id}/${sortName}`;
}

function isAfter(cursor: string | null): Prisma.Sql {
  const match = cursor === null ? null : /^(lock|group)\/(\d{1,10})\/(.*)$/s.exec(cursor);
  if (!match) return Prisma.sql`true`;
  const [, type, id, name] = match;
  return Prisma.sql`(lower(k."name"), k."type", k."kisiId"::bigint) > (${name}::text, ${type}::text, ${Number(id)}::bigint)`;
}

function toView({ sortName: _sortName, lockGroup, ...row }: DoorRow): KisiDoorView {
  return {
    ...row,
    lockGroup:
      lockGroup === null
        ? null
        : {
            groupId: lockGroup.groupId,
            origin: lockGroup.origin === 'adopted' ? 'adopted' : 'made',
            status: LOCK_GROUP_STATUSES.find((status) => status === lockGroup.status) ?? 'wanted',
          },
  };
}

function insertDoors({ integrationId }: IntegrationKey, doors: readonly KisiDoor[], readAt: number): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "KisiDoor" ("integrationId", "type", "kisiId", "name", "placeId", "placeName", "floorName", "isOnline",
                            "doorCount", "readAt")
    SELECT ${integrationId}, d."type", d."id", d."name", d."placeId", d."placeName", d."floorName", d."isOnline",
           d."doorCount", ${at(readAt)}
    FROM jsonb_to_recordset(${json(doors)}) AS d("type" text, "id" int, "name" text, "placeId" int, "placeName" text,
                                                "floorName" text, "isOnline" boolean, "doorCount" int)`;
}

async function replaceDoors(
  tx: LedgerTx,
  key: IntegrationKey,
  doors: readonly KisiDoor[],
  startedAt: number,
): Promise<void> {
  const { organizationId, integrationId } = key;
  const [integration] = await tx.$queryRaw<{ doorsReadAt: number | null }[]>`
    SELECT ${ms('"doorsReadAt"')} AS "doorsReadAt" FROM "Integration"
    WHERE "id" = ${integrationId} AND "organizationId" = ${organizationId} FOR NO KEY UPDATE`;
  if (!integration || (integration.doorsReadAt !== null && integration.doorsReadAt > startedAt)) return;
  await tx.$executeRaw`DELETE FROM "KisiDoor" WHERE "integrationId" = ${integrationId}`;
  await tx.$executeRaw(insertDoors(key, doors, startedAt));
  await tx.$executeRaw`UPDATE "Integration" SET "doorsReadAt" = ${at(startedAt)} WHERE "id" = ${integrationId}`;
  await verifyMappings(tx, key, startedAt);
  await doubtLockGroups(tx, integrationId);
}

/** Only what changed is written, so whoever edits a mapping meanwhile is not told that somebody was faster. */
async function verifyMappings(
  tx: LedgerTx,
  { organizationId, integrationId }: IntegrationKey,
  readAt: number,
): Promise<void> {
  const changed = await tx.$queryRaw<{ type: string; source: string; id: string; matters: boolean }[]>`
    WITH seen AS (
      SELECT d."organizationId", d."id", d."verification" AS "before",
        CASE WHEN k."kisiId" IS NULL THEN 'missing' ELSE 'verified' END AS "now"
      FROM "DoorMapping" d LEFT JOIN "KisiDoor" k ON k."integrationId" = d."integrationId"
        AND k."type" = d."targetType" AND k."kisiId" = d."targetId"
      WHERE d."integrationId" = ${integrationId} ORDER BY d."id" FOR UPDATE OF d
    )
    UPDATE "DoorMapping" d SET "verification" = seen."now", "verifiedAt" = ${at(readAt)}
    FROM seen WHERE d."organizationId" = seen."organizationId" AND d."id" = seen."id" AND seen."now" <> seen."before"
    RETURNING d."subjectType" AS "type", d."subjectSource" AS "source", d."subjectId" AS "id",
      (seen."now" = 'missing') <> (seen."before" = 'missing') AS "matters"`;
  await concernSubjects(
    tx,
    organizationId,
    changed.filter((one) => one.matters),
  );
}

/** A one-lock group that was not seen, or with another number of doors, is looked at again by whoever keeps it. */
async function doubtLockGroups(tx: LedgerTx, integrationId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "LockGroup" g SET "readAt" = null, "retryAt" = CASE WHEN g."intentDeadline" IS NULL THEN null ELSE g."retryAt" END
    WHERE g."integrationId" = ${integrationId} AND g."groupId" IS NOT NULL AND (g."status" = 'ready') <>
      EXISTS (SELECT 1 FROM "KisiDoor" k WHERE k."integrationId" = g."integrationId" AND k."type" = 'group'
        AND k."kisiId" = g."groupId" AND k."doorCount" = 1)`;
}
