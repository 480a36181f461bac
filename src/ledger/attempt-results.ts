import type { Change } from '../domain/plan-access';
import type { AssignmentUpdate, AttemptResult, PersonUpdate } from '../usecases/attempt-ports';
import type { IntegrationKey } from '../usecases/kisi-doors';
import type { PersonKey } from '../usecases/ports';
import { Prisma } from './generated/client';
import { newId } from './ids';
import { at, json } from './sql';

/** So many requests in a row without an answer mean that Kisi does not answer: then one probes and the others wait. */
const SILENT_AFTER = 3;

/**
 * Everything that one attempt leaves behind, as one statement: its intent closed, what Kisi now holds, what is known of the
 * person, whether Kisi answers, and the line in the timeline.
 *
 * The person is locked first, as by everybody who writes their assignments.
 */
export function finishStatement(
  key: PersonKey,
  change: Change,
  intentId: string | null,
  result: AttemptResult,
  now: number,
): Prisma.Sql {
  const parts = [
    Prisma.sql`me AS (SELECT "id" FROM "Person" WHERE "id" = ${key.personId} FOR UPDATE)`,
    closeIntents(change, intentId, result, now),
    Prisma.sql`told AS (
      INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "personId", "groupId", "details")
      SELECT ${newId()}, ${key.organizationId}, ${at(now)}, ${result.note.kind}, "id", ${change.groupId}::int,
             ${json(result.note.details)} FROM me)`,
  ];
  const retries = retriesOf(key, result, now);
  if (result.assignment) parts.push(saveAssignment(key, change, intentId, result, result.assignment, now, retries));
  if (result.person) parts.push(savePerson(result.person, retries));
  parts.push(noteContact(key, result, now));
  return Prisma.sql`WITH ${Prisma.join(parts)} SELECT 1`;
}

/** Closes this attempt's intent, and what a reading resolved; what was once unknown stays known as such. */
function closeIntents(change: Change, intentId: string | null, result: AttemptResult, now: number): Prisma.Sql {
  const resolved =
    change.kind === 'invite'
      ? Prisma.sql`"change" = 'invite'`
      : Prisma.sql`"change" <> 'invite' AND "groupId" = ${change.groupId}`;
  return Prisma.sql`closed AS (
    UPDATE "Intent" SET
      "status" = CASE WHEN "id" = ${intentId} THEN ${result.intent === 'closed' ? 'closed' : 'open'} ELSE 'unknown' END,
      "closedAt" = CASE WHEN "id" = ${intentId} AND ${result.intent !== 'closed'} THEN NULL ELSE ${at(now)} END,
      "outcome" = ${result.note.kind}
    WHERE "personId" = (SELECT "id" FROM me) AND "status" = 'open'
      AND ("id" = ${intentId} OR (${result.resolvesDoubt} AND ${resolved})))`;
}

type Column<Update> = (update: Update) => Prisma.Sql | null;

const instant =
  <Field extends string>(field: Field): Column<{ readonly [Key in Field]?: number | null }> =>
  (update) => {
    const value: number | null | undefined = update[field];
    return value === undefined ? null : at(value);
  };
const typed =
  <Field extends string>(
    field: Field,
    type: 'text' | 'int' | 'boolean',
  ): Column<{ readonly [Key in Field]?: string | number | boolean | null }> =>
  (update) => {
    const value: string | number | boolean | null | undefined = update[field];
    return value === undefined ? null : Prisma.sql`${value}::${Prisma.raw(type)}`;
  };

/** How each field is written; what an update does not name stays as it is. */
const ASSIGNMENT_COLUMNS: Readonly<
  Record<Exclude<keyof AssignmentUpdate, 'addRevokeAttempt'>, Column<AssignmentUpdate>>
> = {
  presence: typed('presence', 'text'),
  isOurs: typed('isOurs', 'boolean'),
  kisiAssignmentId: typed('kisiAssignmentId', 'int'),
  validFrom: instant('validFrom'),
  validUntil: instant('validUntil'),
  readAt: instant('readAt'),
  recheckAt: instant('recheckAt'),
  recheckCount: typed('recheckCount', 'int'),
  grantRetryAt: instant('grantRetryAt'),
  grantFailures: typed('grantFailures', 'int'),
  grantProblem: typed('grantProblem', 'text'),
  revokeRetryAt: instant('revokeRetryAt'),
  revokeFailures: typed('revokeFailures', 'int'),
  mustReplace: typed('mustReplace', 'boolean'),
  deletedAt: instant('deletedAt'),
  verifiedAbsentAt: instant('verifiedAbsentAt'),
};

const PERSON_COLUMNS: Readonly<Record<keyof PersonUpdate, Column<PersonUpdate>>> = {
  kisiUserId: typed('kisiUserId', 'int'),
  kisiUserIsOurs: typed('kisiUserIsOurs', 'boolean'),
  inviteRetryAt: instant('inviteRetryAt'),
  inviteFailures: typed('inviteFailures', 'int'),
};

function given<Update>(
  columns: Readonly<Record<string, Column<Update>>>,
  update: Update,
  write: WriteField,
): { readonly name: Prisma.Sql; readonly value: Prisma.Sql }[] {
  return Object.entries(columns).flatMap(([column, toSql]) => {
    const value = toSql(update);
    if (value === null) return [];
    return [{ name: Prisma.raw(`"${column}"`), value: write({ column, value }).value }];
  });
}

interface Field {
  readonly column: string;
  readonly value: Prisma.Sql;
}
/** Changes how a field is written. */
type WriteField = (field: Field) => Field;

/**
 * A refusal of a key that another has replaced meanwhile says nothing of the new one: with that it is tried at once, not
 * after the patience that the old one had used up.
 */
function retriesOf({ integrationId }: PersonKey, { contact, keySeq }: AttemptResult, now: number): WriteField {
  if (contact !== 'key_refused') return (field) => field;
  return ({ column, value }) => ({
    column,
    value: column.endsWith('RetryAt')
      ? Prisma.sql`CASE WHEN EXISTS (SELECT 1 FROM "Integration" WHERE "id" = ${integrationId} AND "keySeq" > ${keySeq}::int)
                        THEN ${at(now)} ELSE ${value} END`
      : value,
  });
}

function saveAssignment(
  key: PersonKey,
  change: Change,
  intentId: string | null,
  result: AttemptResult,
  update: AssignmentUpdate,
  now: number,
  write: WriteField,
): Prisma.Sql {
  const fields = given(ASSIGNMENT_COLUMNS, update, write);
  const made = update.presence === undefined ? [{ name: Prisma.raw('"presence"'), value: Prisma.sql`'absent'` }] : [];
  const changed = [
    ...fields,
    ...requestOf(change, intentId, result, update),
    { name: Prisma.raw('"updatedAt"'), value: at(now) },
  ];
  const all = [...changed, ...made];
  const attempts = Prisma.sql`${update.addRevokeAttempt === true ? 1 : 0}::int`;
  // Given anew, the deletions of what was there before are no longer counted.
  const before = isGivenAnew(change, update) ? Prisma.sql`0` : Prisma.sql`"Assignment"."revokeAttempts"`;
  return Prisma.sql`assignment AS (
    INSERT INTO "Assignment" ("personId", "groupId", "organizationId", "revokeAttempts", ${Prisma.join(all.map(({ name }) => name))})
    SELECT "id", ${change.groupId}::int, ${key.organizationId}, ${attempts}, ${Prisma.join(all.map(({ value }) => value))} FROM me
    ON CONFLICT ("personId", "groupId") DO UPDATE SET "revokeAttempts" = ${before} + ${attempts},
      ${Prisma.join(changed.map(({ name }) => Prisma.sql`${name} = excluded.${name}`))})`;
}

function isGivenAnew({ kind }: Change, { presence }: AssignmentUpdate): boolean {
  return (kind === 'grant' || kind === 'adjust') && presence === 'present';
}

/** The last request for deletion and what Kisi answered, for the receipt. */
function requestOf(
  change: Change,
  intentId: string | null,
  { note: { kind, details } }: AttemptResult,
  update: AssignmentUpdate,
): { readonly name: Prisma.Sql; readonly value: Prisma.Sql }[] {
  const isRequest = update.addRevokeAttempt === true;
  if (!isRequest && !isGivenAnew(change, update)) return [];
  const answer = { kind, deletion: details['deletion'] ?? 'unknown', readBack: details['readBack'] ?? null };
  return [
    { name: Prisma.raw('"revokeIntentId"'), value: Prisma.sql`${isRequest ? intentId : null}::text` },
    { name: Prisma.raw('"revokeAnswer"'), value: isRequest ? json(answer) : Prisma.sql`null::jsonb` },
  ];
}

function savePerson(update: PersonUpdate, write: WriteField): Prisma.Sql {
  const fields = given(PERSON_COLUMNS, update, write).map(({ name, value }) => Prisma.sql`${name} = ${value}`);
  return Prisma.sql`person AS (UPDATE "Person" SET ${Prisma.join(fields)} WHERE "id" = (SELECT "id" FROM me))`;
}

/** What a request says of the key that it went with. */
export type Contact = Pick<AttemptResult, 'contact' | 'clockOffsetMs' | 'keySeq'>;

/** Parts of a statement that note whether Kisi answered. */
export function noteContact(key: IntegrationKey, result: Contact, now: number): Prisma.Sql {
  return result.contact === 'answered' ? noteAnswer(key, result, now) : noteSilence(key, result, now);
}

/** Kisi answered this key. Where it had not, everybody who waited is marked dirty. Writes only what changes. */
function noteAnswer(key: IntegrationKey, { clockOffsetMs: offsetMs, keySeq }: Contact, now: number): Prisma.Sql {
  return Prisma.sql`before AS (
    SELECT "id", "health" FROM "Integration" WHERE "id" = ${key.integrationId} AND "keySeq" = ${keySeq}::int
      AND ("health" <> 'ok' OR "failuresInRow" > 0 OR abs("clockOffsetMs" - ${offsetMs}) >= 500) FOR UPDATE
  ), contact AS (
    UPDATE "Integration" i SET "health" = 'ok', "failuresInRow" = 0, "clockOffsetMs" = ${offsetMs}, "probeLeaseUntil" = NULL,
      "healthSince" = CASE WHEN before."health" = 'ok' THEN i."healthSince" ELSE ${at(now)} END
    FROM before WHERE i."id" = before."id"
  ), recovered AS (
    INSERT INTO "FanOut" ("id", "organizationId", "kind", "subjectId")
    SELECT ${newId()}, ${key.organizationId}, 'integration_recovered', "id" FROM before WHERE "health" <> 'ok'
  )`;
}

/** Kisi did not answer, or refused this key: nothing that a newer key has to answer for. */
function noteSilence(key: IntegrationKey, { contact, keySeq }: Contact, now: number): Prisma.Sql {
  const isRefused = contact === 'key_refused';
  return Prisma.sql`contact AS (
    UPDATE "Integration" SET "failuresInRow" = "failuresInRow" + 1,
      "health" = CASE WHEN ${isRefused} THEN 'key_invalid'
                      WHEN "failuresInRow" + 1 >= ${SILENT_AFTER}::int THEN 'unavailable' ELSE "health" END,
      "healthSince" = CASE WHEN "health" = 'ok' THEN ${at(now)} ELSE "healthSince" END
    WHERE "id" = ${key.integrationId} AND "keySeq" = ${keySeq}::int)`;
}
