import type { AttemptLedger, BegunAttempt, DoubtfulIntent, KisiCredential } from '../usecases/attempt-ports';
import { finishStatement } from './attempt-results';
import type { Change } from '../domain/plan-access';
import type { PersonKey } from '../usecases/ports';
import { newId } from './ids';
import type { OpenLedger } from './open';
import { at, ms } from './sql';

/** An intent whose outcome was once unknown may claim what it asked for this long. */
const DOUBT_KEPT_HOURS = 24;

/** The ledger's side of one attempt at Kisi. */
export function createAttemptLedger(ledger: OpenLedger): AttemptLedger {
  return {
    begin: (key, step, startedAt, deadlineAt, credential) =>
      begin(ledger, key, step, startedAt, deadlineAt, credential),
    finish: (key, change, intentId, result, now) =>
      ledger.inStatement(async (db) => {
        await db.$executeRaw(finishStatement(key, change, intentId, result, now));
      }),
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
  { kisiUserId }: KisiCredential,
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
        'until', ${ms('n."windowUntil"')}, 'kisiUserId', n."kisiUserId",
        'isOpen', n."status" = 'open')) AS "all"
      FROM "Intent" n WHERE n."personId" = ${key.personId} AND n."status" IN ('open', 'unknown')
        AND (n."groupId" = ${change.groupId} OR n."change" = 'invite')
        AND n."startedAt" > ${at(startedAt)} - make_interval(hours => ${DOUBT_KEPT_HOURS}::int)
    ),
    intent AS (
      INSERT INTO "Intent" ("id", "organizationId", "integrationId", "personId", "groupId", "change", "windowFrom",
                            "windowUntil", "assignmentId", "kisiUserId", "status", "deadlineAt", "startedAt")
      SELECT ${intentId}, "organizationId", "integrationId", "id", ${change.groupId}, ${change.kind},
             ${at(window?.from ?? null)}, ${at(window?.until ?? null)}, ${assignmentId}::int, ${kisiUserId}::int, 'open', ${at(deadlineAt)},
             ${at(startedAt)}
      FROM person WHERE ${change.kind !== 'read'}
    )
    SELECT p."email", p."name", p."kisiUserId", p."inviteFailures", ${kisiUserId}::int AS "ourKisiUserId", i."health",
           i."failuresInRow", i."clockOffsetMs", CASE WHEN a."isOurs" THEN a."kisiAssignmentId" END AS "storedAssignmentId",
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

async function postpone(
  ledger: OpenLedger,
  key: PersonKey,
  change: Change,
  until: number,
  problem: string | null,
): Promise<void> {
  const retryAt = at(until);
  await ledger.inStatement(async (db) => {
    await db.$executeRaw`
      INSERT INTO "Assignment" ("personId", "groupId", "organizationId", "presence", "grantRetryAt", "revokeRetryAt", "grantProblem")
      VALUES (${key.personId}, ${change.groupId}, ${key.organizationId}, 'absent', ${retryAt}, ${retryAt}, ${problem})
      ON CONFLICT ("personId", "groupId") DO UPDATE SET "grantRetryAt" = ${retryAt}, "revokeRetryAt" = ${retryAt},
        "grantProblem" = coalesce(${problem}::text, "Assignment"."grantProblem")`;
  });
}
