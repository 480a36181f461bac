import type { EntitlementKind } from '../domain/entitlement';
import { NO_DEPARTURE, type Departure, type DescribedMember, type StoreMember } from '../usecases/receive-member';
import type { SubjectFact } from '../usecases/subject-facts';
import { addFanOut } from './audit';
import { stateAt } from './entitlement-views';
import { sourceColumn } from './inbox';
import type { LedgerTx, OpenLedger } from './open';
import { storeSubjectFact, takeIntoInbox, tellOfMembers, type LockedSubject } from './subject-facts';
import { at } from './sql';

interface LockedMember extends LockedSubject {
  /** Empty: nobody has said an address yet. */
  readonly email: string;
  readonly name: string;
  readonly status: string;
  readonly locale: string | null;
}

/** How many of the entitlements that end are named. */
const MOST_NAMED = 100;

/**
 * Stores a fact about a member and merges it into the member's row, all in one transaction. The upsert makes, locks and numbers
 * the row, so two processes that take two facts at once cannot disagree.
 */
export function createStoreMember(ledger: OpenLedger): StoreMember {
  return async (fact, member) => {
    const stored = await storeSubjectFact(ledger, (tx) => store(tx, fact, member));
    if (stored.kind !== 'duplicate') return stored;
    return { kind: 'duplicate', ...(await departureOf(ledger, fact, stored.seq)) };
  };
}

async function store(tx: LedgerTx, fact: SubjectFact, member: DescribedMember) {
  const row = await lockMember(tx, fact);
  const stale = await takeIntoInbox(tx, fact, row);
  const leaves = !stale && member.status === 'left' && row.status !== 'left';
  const departure = leaves ? await findDeparture(tx, fact) : NO_DEPARTURE;
  const told = {
    ...{ fact: 'member', seq: row.seq, version: fact.version, ignored: stale ? 'stale' : null },
    ...{ status: member.status, changed: changesOf(row, member) },
    ...(leaves ? departure : {}),
  };
  await tellOfMembers(tx, fact, [fact.id], 'fact_received', told);
  if (!stale) await saveMember(tx, fact, row, member);
  return { kind: 'stored' as const, stale, ...departure };
}

/** A row that is made here says nothing yet, so that whoever is described for the first time counts as changed. */
async function lockMember(tx: LedgerTx, fact: SubjectFact): Promise<LockedMember> {
  const { organizationId, sourceId, id } = fact;
  const rows = await tx.$queryRaw<LockedMember[]>`
    INSERT INTO "Member" ("organizationId", "sourceId", "id", "email", "name", "seq", "updatedAt")
    VALUES (${organizationId}, ${sourceId}, ${id}, '', '', 1, now())
    ON CONFLICT ("organizationId", "sourceId", "id") DO UPDATE SET "seq" = "Member"."seq" + 1
    RETURNING "seq", "saidVersion"::float8 AS "saidVersion", "saidSeq", "email", "name", "status", "locale", ${sourceColumn(fact)}`;
  const [row] = rows;
  if (!row) throw new Error('The row of the member was neither made nor found.');
  return row;
}

const FIELDS = ['email', 'name', 'status', 'locale'] as const;

const changesOf = (row: LockedMember, member: DescribedMember): string[] =>
  FIELDS.filter((field) => row[field] !== member[field]);

async function saveMember(tx: LedgerTx, fact: SubjectFact, row: LockedMember, member: DescribedMember): Promise<void> {
  const { organizationId, sourceId, id, version, receivedAt } = fact;
  await tx.$executeRaw`
    UPDATE "Member" SET "email" = ${member.email}, "name" = ${member.name}, "locale" = ${member.locale},
      "leftAt" = CASE WHEN ${member.status} <> 'left' THEN null ELSE coalesce("leftAt", ${at(receivedAt)}) END,
      "status" = ${member.status}, "saidVersion" = ${version}::bigint, "saidSeq" = ${row.seq}::int, "updatedAt" = ${at(receivedAt)}
    WHERE "organizationId" = ${organizationId} AND "sourceId" = ${sourceId} AND "id" = ${id}`;
  if (row.email === member.email && row.status === member.status) return;
  await addFanOut(tx, organizationId, { kind: 'member', subjectSource: sourceId, subjectId: id });
}

interface DepartureRow {
  readonly kind: EntitlementKind;
  readonly id: string;
  readonly source: string;
  readonly count: number;
}

/** What is open at this instant and ends because the member leaves. */
async function findDeparture(tx: LedgerTx, fact: SubjectFact): Promise<Departure> {
  const { organizationId, sourceId, id, receivedAt } = fact;
  const rows = await tx.$queryRaw<DepartureRow[]>`
    SELECT e."kind", e."externalId" AS "id", e."sourceId" AS "source", (count(*) OVER ())::int AS "count"
    FROM "Entitlement" e
    WHERE e."organizationId" = ${organizationId} AND e."sourceId" = ${sourceId} AND e."memberId" = ${id}
      AND NOT e."hasReceipt" AND ${stateAt(receivedAt)} NOT IN ('ended', 'revoking')
    ORDER BY e."id" LIMIT ${MOST_NAMED}::int`;
  const teams = await tx.teamMember.findMany({
    where: { organizationId, sourceId, memberId: id },
    orderBy: { teamId: 'asc' },
    select: { teamId: true },
  });
  return {
    ended: rows.map(({ count: _count, ...entitlement }) => entitlement),
    endedCount: rows[0]?.count ?? 0,
    teamIds: teams.map(({ teamId }) => teamId),
  };
}

/** What was answered to the fact with this number: the same fact again gives the same answer. */
async function departureOf({ prisma }: OpenLedger, fact: SubjectFact, seq: number): Promise<Departure> {
  const { organizationId, sourceId, id } = fact;
  const [told] = await prisma.$queryRaw<{ departure: Partial<Departure> }[]>`
    SELECT "details" AS "departure" FROM "TimelineEntry"
    WHERE "organizationId" = ${organizationId} AND "memberSource" = ${sourceId} AND "memberId" = ${id}
      AND "kind" = 'fact_received' AND "details" @> jsonb_build_object('seq', ${seq}::int)`;
  const { ended, endedCount, teamIds } = { ...NO_DEPARTURE, ...told?.departure };
  return { ended, endedCount, teamIds };
}
