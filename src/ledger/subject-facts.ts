import { isNewer } from '../domain/facts';
import type { SubjectFact, SubjectRefusal } from '../usecases/subject-facts';
import { Prisma } from './generated/client';
import { newId } from './ids';
import { agreeOnVersions, findKnown, type FactSource } from './inbox';
import type { LedgerTx, OpenLedger } from './open';
import { at, json } from './sql';

/** Who a fact about a member or a team is about, as its row is after it was made or found, locked and numbered. */
export interface LockedSubject {
  readonly seq: number;
  /** Of the fact that said what is known; both null where no fact has said anything yet. */
  readonly saidVersion: number | null;
  readonly saidSeq: number | null;
  readonly source: FactSource;
}

/** Thrown inside the transaction to leave nothing behind; never leaves this file. */
class Refused extends Error {
  constructor(readonly answer: SubjectRefusal) {
    super(answer.kind);
  }
}

/** Runs the storing of one fact in one transaction; a refused or duplicate fact leaves nothing behind. */
export async function storeSubjectFact<T>(
  ledger: OpenLedger,
  store: (tx: LedgerTx) => Promise<T>,
): Promise<T | SubjectRefusal> {
  try {
    return await ledger.inTransaction(store);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

/**
 * Takes a fact into the inbox, word for word.
 *
 * @returns true when a newer one is known, so that it does not count
 */
export async function takeIntoInbox(tx: LedgerTx, fact: SubjectFact, row: LockedSubject): Promise<boolean> {
  const refusal = await agreeOnVersions(tx, fact, fact.versionKind, row.source);
  if (refusal !== null) throw new Refused(refusal);
  const { organizationId, sourceId, type, id } = fact;
  const subject = Prisma.sql`"organizationId" = ${organizationId} AND "sourceId" = ${sourceId}
    AND "subjectType" = ${type} AND "subjectId" = ${id}`;
  const known = await findKnown(tx, fact, subject);
  if (known !== null) {
    throw new Refused(known.isKeyReused ? { kind: 'idempotency_key_reused' } : { kind: 'duplicate', seq: known.seq });
  }
  const said = row.saidSeq === null ? null : { version: row.saidVersion, seq: row.saidSeq };
  const stale = !isNewer({ version: fact.version, seq: row.seq }, said);
  await tx.$executeRaw`
    INSERT INTO "InboxFact" ("id", "organizationId", "sourceId", "subjectType", "subjectId", "kind", "seq", "version", "bodyHash",
                             "idempotencyKey", "eventId", "payload", "outcome", "receivedAt")
    VALUES (${newId()}, ${organizationId}, ${sourceId}, ${type}, ${id}, ${type}, ${row.seq}, ${fact.version}::bigint,
            ${fact.bodyHash}, ${fact.idempotencyKey}, ${fact.eventId}, ${json(fact.payload)},
            ${stale ? 'stale' : 'applied'}, ${at(fact.receivedAt)})`;
  return stale;
}

/** Notes the same about each of some members of a source in the timeline; ids only. */
export async function tellOfMembers(
  tx: LedgerTx,
  fact: Pick<SubjectFact, 'organizationId' | 'sourceId' | 'receivedAt'>,
  memberIds: readonly string[],
  kind: string,
  details: unknown,
): Promise<void> {
  if (memberIds.length === 0) return;
  const { organizationId, sourceId: memberSource, receivedAt } = fact;
  const rows = memberIds.map((memberId) => ({ id: newId(), memberId }));
  await tx.$executeRaw`
    INSERT INTO "TimelineEntry" ("id", "organizationId", "at", "kind", "memberSource", "memberId", "details")
    SELECT x."id", ${organizationId}, ${at(receivedAt)}, ${kind}, ${memberSource}, x."memberId", ${json(details)}
    FROM jsonb_to_recordset(${json(rows)}) AS x("id" text, "memberId" text)`;
}
