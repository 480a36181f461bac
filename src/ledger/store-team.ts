import type { DescribedTeam, StoreTeam } from '../usecases/receive-team';
import type { SubjectFact } from '../usecases/subject-facts';
import { addFanOut } from './audit';
import { sourceColumn } from './inbox';
import type { LedgerTx, OpenLedger } from './open';
import { storeSubjectFact, takeIntoInbox, tellOfMembers, type LockedSubject } from './subject-facts';
import { at, json } from './sql';

/**
 * Stores a fact about a team and merges it into the team's row, all in one transaction. The upsert makes, locks and numbers
 * the row, so two processes that take two facts at once cannot disagree.
 */
export function createStoreTeam(ledger: OpenLedger): StoreTeam {
  return async (fact, team) => {
    const stored = await storeSubjectFact(ledger, (tx) => store(tx, fact, team));
    if (stored.kind !== 'stored' && stored.kind !== 'duplicate') return stored;
    return { ...stored, unknownMemberIds: await findUnknown(ledger, fact) };
  };
}

async function store(tx: LedgerTx, fact: SubjectFact, team: DescribedTeam) {
  const row = await lockTeam(tx, fact);
  const stale = await takeIntoInbox(tx, fact, row);
  if (!stale) await saveTeam(tx, fact, row.seq, team);
  return { kind: 'stored' as const, stale };
}

async function lockTeam(tx: LedgerTx, fact: SubjectFact): Promise<LockedSubject> {
  const { organizationId, sourceId, id } = fact;
  const rows = await tx.$queryRaw<LockedSubject[]>`
    INSERT INTO "Team" ("organizationId", "sourceId", "id", "name", "seq", "updatedAt")
    VALUES (${organizationId}, ${sourceId}, ${id}, '', 1, now())
    ON CONFLICT ("organizationId", "sourceId", "id") DO UPDATE SET "seq" = "Team"."seq" + 1
    RETURNING "seq", "saidVersion"::float8 AS "saidVersion", "saidSeq", ${sourceColumn(fact)}`;
  const [row] = rows;
  if (!row) throw new Error('The row of the team was neither made nor found.');
  return row;
}

async function saveTeam(tx: LedgerTx, fact: SubjectFact, seq: number, team: DescribedTeam): Promise<void> {
  const { organizationId, sourceId, id, version, receivedAt } = fact;
  await tx.$executeRaw`
    UPDATE "Team" SET "name" = ${team.name}, "saidVersion" = ${version}::bigint, "saidSeq" = ${seq}::int,
      "updatedAt" = ${at(receivedAt)}
    WHERE "organizationId" = ${organizationId} AND "sourceId" = ${sourceId} AND "id" = ${id}`;
  const members = await tx.$queryRaw<{ memberId: string; joined: boolean }[]>`
    WITH named AS (SELECT DISTINCT jsonb_array_elements_text(${json(team.memberIds)}) AS "memberId"),
    gone AS (
      DELETE FROM "TeamMember" WHERE "organizationId" = ${organizationId} AND "sourceId" = ${sourceId} AND "teamId" = ${id}
        AND "memberId" NOT IN (SELECT "memberId" FROM named) RETURNING "memberId"
    ), come AS (
      INSERT INTO "TeamMember" ("organizationId", "sourceId", "teamId", "memberId")
      SELECT ${organizationId}, ${sourceId}, ${id}, "memberId" FROM named
      ON CONFLICT ("organizationId", "sourceId", "teamId", "memberId") DO NOTHING RETURNING "memberId"
    )
    SELECT "memberId", false AS "joined" FROM gone UNION ALL SELECT "memberId", true FROM come`;
  if (members.length === 0) return;
  const idsOf = (joined: boolean): string[] =>
    members.filter((one) => one.joined === joined).map((one) => one.memberId);
  const details = { teamId: id, seq };
  await tellOfMembers(tx, fact, idsOf(true), 'team_joined', details);
  await tellOfMembers(tx, fact, idsOf(false), 'team_left', details);
  await addFanOut(tx, organizationId, { kind: 'team', subjectSource: sourceId, subjectId: id });
}

/** Who is in the team and was not described yet. */
async function findUnknown({ prisma }: OpenLedger, fact: SubjectFact): Promise<string[]> {
  const { organizationId, sourceId, id } = fact;
  const rows = await prisma.$queryRaw<{ memberId: string }[]>`
    SELECT t."memberId" FROM "TeamMember" t
    WHERE t."organizationId" = ${organizationId} AND t."sourceId" = ${sourceId} AND t."teamId" = ${id}
      AND NOT EXISTS (SELECT 1 FROM "Member" m WHERE m."organizationId" = t."organizationId"
        AND m."sourceId" = t."sourceId" AND m."id" = t."memberId")
    ORDER BY t."memberId"`;
  return rows.map(({ memberId }) => memberId);
}
