import type { AttemptLedger, AttemptResult, BegunAttempt, DoubtfulIntent } from '../usecases/attempt-ports';
import type { Change } from '../domain/plan-access';
import type { PersonKey } from '../usecases/ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import type { LedgerTx, OpenLedger } from './open';
import { at, json, ms } from './sql';

/** So many requests in a row without an answer mean that Kisi does not answer: then one probes and the others wait. */
const SILENT_AFTER = 3;
/** An intent whose outcome was once unknown may claim what it asked for this long. */
const DOUBT_KEPT_HOURS = 24;

/** The ledger's side of one attempt at Kisi. */
export function createAttemptLedger(ledger: OpenLedger): AttemptLedger {
  return {
    begin: (key, step, startedAt, deadlineAt) => begin(ledger, key, step, startedAt, deadlineAt),
    finish: (key, change, intentId, result, now) =>
      ledger.inTransaction((tx) => finish(tx, key, change, intentId, result, now)),
    postpone: (key, change, until, problem) => postpone(ledger, key, change, until, problem),
  };
}

type BegunRow = Omit<BegunAttempt, 'intentId' | 'doubtful'> & {
  readonly doubtful: readonly (Omit<DoubtfulIntent, 'window'> & { from: number | null; until: number | null })[] | null;
};

/**
 * Locks the person, checks that nothing changed since the plan, and commits the intent, in one statement. Answers null
 * when the step is stale. Reading needs no intent.
 */
async function begin(
  { prisma }: OpenLedger,
  key: PersonKey,
  step: { readonly change: Change; readonly dirtySeq: number },
  startedAt: number,
  deadlineAt: number,
): Promise<BegunAttempt | null> {
  const { change } = step;
  const intentId = newId();
  const window = 'window' in change ? change.window : null;
  const assignmentId = 'assignmentId' in change ? change.assignmentId : null;
  const [row] = await prisma.$queryRaw<BegunRow[]>`
    WITH person AS (
      SELECT * FROM "Person" WHERE "id" = ${key.personId} AND "organizationId" = ${key.organizationId}
        AND "dirtySeq" = ${step.dirtySeq} FOR UPDATE
    ),
    doubt AS (
      SELECT json_agg(json_build_object('id', n."id", 'change', n."change", 'from', ${ms('n."windowFrom"')},
        'until', ${ms('n."windowUntil"')}, 'isOpen', n."status" = 'open')) AS "all"
      FROM "Intent" n WHERE n."personId" = ${key.personId} AND n."status" IN ('open', 'unknown')
        AND (n."groupId" = ${change.groupId} OR n."change" = 'invite')
        AND n."startedAt" > ${at(startedAt)} - make_interval(hours => ${DOUBT_KEPT_HOURS}::int)
    ),
    intent AS (
      INSERT INTO "Intent" ("id", "organizationId", "integrationId", "personId", "groupId", "change", "windowFrom",
                            "windowUntil", "assignmentId", "status", "deadlineAt", "startedAt")
      SELECT ${intentId}, "organizationId", "integrationId", "id", ${change.groupId}, ${change.kind},
             ${at(window?.from ?? null)}, ${at(window?.until ?? null)}, ${assignmentId}::int, 'open', ${at(deadlineAt)},
             ${at(startedAt)}
      FROM person WHERE ${change.kind !== 'read'}
    )
    SELECT p."email", p."name", p."kisiUserId", p."inviteFailures", i."kisiUserId" AS "ourKisiUserId", i."health",
           i."failuresInRow", i."clockOffsetMs", a."kisiAssignmentId" AS "storedAssignmentId",
           coalesce(a."grantFailures", 0) AS "grantFailures", coalesce(a."revokeFailures", 0) AS "revokeFailures",
           coalesce(a."recheckCount", 0) AS "recheckCount", (SELECT "all" FROM doubt) AS "doubtful"
    FROM person p JOIN "Integration" i ON i."id" = p."integrationId"
    LEFT JOIN "Assignment" a ON a."personId" = p."id" AND a."groupId" = ${change.groupId}`;
  if (!row) return null;
  const doubtful = (row.doubtful ?? []).map(({ from, until, ...intent }): DoubtfulIntent => ({
    ...intent,
    window: from === null ? null : { from, until },
  }));
  return { ...row, doubtful, intentId: change.kind === 'read' ? null : intentId };
}

async function finish(
  tx: LedgerTx,
  key: PersonKey,
  change: Change,
  intentId: string | null,
  result: AttemptResult,
  now: number,
): Promise<void> {
  await closeIntents(tx, key, change, intentId, result, now);
  if (result.assignment) await saveAssignment(tx, key, change.groupId, result.assignment, now);
  if (result.person) await savePerson(tx, key, result.person);
  await saveContact(tx, key, result, now);
}

/** Closes this attempt's intent, and what a reading resolved; what was once unknown stays known as such. */
async function closeIntents(
  tx: LedgerTx,
  key: PersonKey,
  change: Change,
  intentId: string | null,
  result: AttemptResult,
  now: number,
): Promise<void> {
  const resolved =
    change.kind === 'invite'
      ? Prisma.sql`"change" = 'invite'`
      : Prisma.sql`"change" <> 'invite' AND "groupId" = ${change.groupId}`;
  await tx.$executeRaw`
    WITH told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "personId", "groupId", "details")
      VALUES (${newId()}, ${key.organizationId}, ${at(now)}, ${result.note.kind}, ${key.personId}, ${change.groupId},
              ${json(result.note.details)})
    )
    UPDATE "Intent" SET
      "status" = CASE WHEN "id" = ${intentId} THEN ${result.intent === 'closed' ? 'closed' : 'open'} ELSE 'unknown' END,
      "closedAt" = CASE WHEN "id" = ${intentId} AND ${result.intent !== 'closed'} THEN NULL ELSE ${at(now)} END,
      "outcome" = ${result.note.kind}
    WHERE "personId" = ${key.personId} AND "status" = 'open'
      AND ("id" = ${intentId} OR (${result.resolvesDoubt} AND ${resolved}))`;
}

async function saveAssignment(
  tx: LedgerTx,
  key: PersonKey,
  groupId: number,
  update: NonNullable<AttemptResult['assignment']>,
  now: number,
): Promise<void> {
  const { addRevokeAttempt, validFrom, validUntil, readAt, recheckAt, grantRetryAt, revokeRetryAt, ...others } = update;
  const { deletedAt, verifiedAbsentAt, ...fields } = others;
  const instants = {
    validFrom,
    validUntil,
    readAt,
    recheckAt,
    grantRetryAt,
    revokeRetryAt,
    deletedAt,
    verifiedAbsentAt,
  };
  const data = { ...fields, ...toDates(instants), updatedAt: new Date(now) };
  await tx.assignment.upsert({
    where: { personId_groupId: { personId: key.personId, groupId } },
    create: {
      presence: 'absent',
      ...data,
      personId: key.personId,
      groupId,
      organizationId: key.organizationId,
      revokeAttempts: addRevokeAttempt ? 1 : 0,
    },
    update: { ...data, ...(addRevokeAttempt ? { revokeAttempts: { increment: 1 } } : {}) },
  });
}

/** The instants that are given, as the database client wants them; what is not given stays as it is. */
function toDates<Field extends string>(
  instants: Readonly<Record<Field, number | null | undefined>>,
): Partial<Record<Field, Date | null>> {
  const dates: Partial<Record<Field, Date | null>> = {};
  for (const field in instants) {
    const value = instants[field];
    if (value !== undefined) dates[field] = value === null ? null : new Date(value);
  }
  return dates;
}

async function savePerson(tx: LedgerTx, key: PersonKey, update: NonNullable<AttemptResult['person']>): Promise<void> {
  const { inviteRetryAt, ...fields } = update;
  const retry =
    inviteRetryAt === undefined ? {} : { inviteRetryAt: inviteRetryAt === null ? null : new Date(inviteRetryAt) };
  await tx.person.update({ where: { id: key.personId }, data: { ...fields, ...retry } });
}

/** Notes whether Kisi answered; when it does again, everybody who waited is marked dirty. Writes only what changes. */
async function saveContact(tx: LedgerTx, key: PersonKey, result: AttemptResult, now: number): Promise<void> {
  const offset = result.clockOffsetMs;
  if (result.contact === 'answered') {
    const recovered = await tx.$queryRaw<{ wasDown: boolean }[]>`
      WITH before AS (SELECT "health" FROM "Integration" WHERE "id" = ${key.integrationId} FOR UPDATE)
      UPDATE "Integration" SET "health" = 'ok', "failuresInRow" = 0, "clockOffsetMs" = ${offset}, "probeLeaseUntil" = NULL,
        "healthSince" = CASE WHEN "health" = 'ok' THEN "healthSince" ELSE ${at(now)} END
      WHERE "id" = ${key.integrationId}
        AND ("health" <> 'ok' OR "failuresInRow" > 0 OR abs("clockOffsetMs" - ${offset}) >= 500)
      RETURNING (SELECT "health" FROM before) <> 'ok' AS "wasDown"`;
    if (recovered[0]?.wasDown) {
      await tx.$executeRaw`
        INSERT INTO "FanOut" ("id", "organizationId", "kind", "subjectId")
        VALUES (${newId()}, ${key.organizationId}, 'integration_recovered', ${key.integrationId})`;
    }
    return;
  }
  const isRefused = result.contact === 'key_refused';
  await tx.$executeRaw`
    UPDATE "Integration" SET "failuresInRow" = "failuresInRow" + 1,
      "health" = CASE WHEN ${isRefused} THEN 'key_invalid'
                      WHEN "failuresInRow" + 1 >= ${SILENT_AFTER}::int THEN 'unavailable' ELSE "health" END,
      "healthSince" = CASE WHEN "health" = 'ok' THEN ${at(now)} ELSE "healthSince" END
    WHERE "id" = ${key.integrationId}`;
}

async function postpone(
  ledger: OpenLedger,
  key: PersonKey,
  change: Change,
  until: number,
  problem: string | null,
): Promise<void> {
  const retryAt = at(until);
  await ledger.inTransaction(async (tx) => {
    await tx.$executeRaw`
      INSERT INTO "Assignment" ("personId", "groupId", "organizationId", "presence", "grantRetryAt", "revokeRetryAt", "grantProblem")
      VALUES (${key.personId}, ${change.groupId}, ${key.organizationId}, 'absent', ${retryAt}, ${retryAt}, ${problem})
      ON CONFLICT ("personId", "groupId") DO UPDATE SET "grantRetryAt" = ${retryAt}, "revokeRetryAt" = ${retryAt},
        "grantProblem" = coalesce(${problem}::text, "Assignment"."grantProblem")`;
  });
}
