import { compareAssignments, type AssignmentFinding, type SeenAssignment } from '../domain/drift';
import type { KisiOutcome } from '../domain/outcomes';
import { SECOND_MS, toIso, type Instant } from '../domain/time';
import { contactOf, type Failure } from './attempts/attempt';
import type { IntegrationKey, JsonObject, Waker } from './ports';
import {
  SWEEP_LISTS,
  type Doubted,
  type DriftFinding,
  type KisiForSweeps,
  type PageRead,
  type SeenGroup,
  type SweepLedger,
  type SweepPageOutcome,
  type SweepStep,
} from './sweep-ports';

export interface SweepDeps {
  readonly ledger: SweepLedger;
  readonly kisiFor: (key: IntegrationKey) => Promise<KisiForSweeps | null>;
  readonly waker: Waker;
  readonly clock: () => Instant;
}

/** One deadline for a page; then its request is certainly over. */
const PAGE_DEADLINE_MS = 8 * SECOND_MS;
/** Kisi API: no offset above this anywhere. */
const LAST_OFFSET = 20_000;

/**
 * Reads one page of one list, keeps the ids that it showed, and compares it with the ledger. It writes nothing at Kisi.
 *
 * One request: a grant never waits for more than one page. A page read twice is kept once.
 */
export function createReadSweepPage(
  deps: SweepDeps,
): (key: IntegrationKey, sweepId: string, step: SweepStep) => Promise<SweepPageOutcome> {
  return async (key, sweepId, step) => {
    const { ledger, clock } = deps;
    const kisi = await deps.kisiFor(key);
    if (kisi === null) return { kind: 'failed', failure: 'integration_disconnected' };
    if (step.offset > LAST_OFFSET) return { kind: 'failed', failure: 'list_too_long' };
    const slots = await kisi.reserve(1);
    if (slots.kind === 'wait_until') return { kind: 'wait', until: slots.at };
    const readStartedAt = clock();
    const read = await readPage(kisi, step);
    await ledger.countCalls(sweepId, 1);
    const contact = { contact: contactOf(read), keySeq: kisi.credential.keySeq, clockOffsetMs: kisi.clockOffsetMs() };
    await ledger.noteContact(key, contact, clock());
    if (read.kind !== 'done') return outcomeOf(read);
    const { page, compare } = read.value;
    const stored = await ledger.storePage(key, sweepId, { ...step, ...page, readStartedAt });
    if (stored.kind === 'gone') return { kind: 'failed', failure: 'timed_out' };
    if (stored.kind === 'changed') return { kind: 'changed' };
    const isListRead = stored.seen >= page.total;
    // A page without rows before the end is no end.
    if (!isListRead && page.ids.length === 0) return { kind: 'changed' };
    const findings = await compare(deps, key, { readStartedAt, kisiNow: clock() + kisi.clockOffsetMs() });
    if (findings.length > 0) {
      wake(deps, key, await ledger.record(key, sweepId, findings, { startedAt: readStartedAt, now: clock() }));
    }
    const next = isListRead ? afterList(step) : { list: step.list, offset: step.offset + page.ids.length };
    return { kind: 'read', next };
  };
}

/** Makes those look again whom a sweep has doubts about. */
export function wake({ waker }: Pick<SweepDeps, 'waker'>, key: IntegrationKey, { persons, hasGroups }: Doubted): void {
  waker.wakePersons(persons);
  if (hasGroups) waker.wakeIntegrations([{ ...key, attention: 'doors' }]);
}

function afterList({ list }: SweepStep): SweepStep | null {
  const next = SWEEP_LISTS[SWEEP_LISTS.indexOf(list) + 1];
  return next === undefined ? null : { list: next, offset: 0 };
}

function outcomeOf(failure: Failure): SweepPageOutcome {
  switch (failure.kind) {
    case 'wait_until':
      return { kind: 'wait', until: failure.at };
    case 'unknown':
    case 'unavailable':
      return { kind: 'silent' };
    case 'refused':
      return { kind: 'failed', failure: failure.reason === 'key_invalid' ? 'kisi_key_invalid' : 'kisi_refused' };
    case 'gone':
    case 'already_so':
      return { kind: 'failed', failure: 'kisi_refused' };
  }
}

/** When a page was asked for, on our clock, and what time it is now on Kisi's. */
interface ReadAt {
  readonly readStartedAt: Instant;
  readonly kisiNow: Instant;
}

interface Read {
  readonly page: Pick<PageRead, 'total' | 'ids'>;
  readonly compare: (deps: SweepDeps, key: IntegrationKey, at: ReadAt) => Promise<DriftFinding[]>;
}

async function readPage(kisi: KisiForSweeps, { list, offset }: SweepStep): Promise<KisiOutcome<Read>> {
  const signal = AbortSignal.timeout(PAGE_DEADLINE_MS);
  switch (list) {
    case 'groups':
      return toRead(await kisi.pageOfGroups(offset, { signal }), compareGroups);
    case 'users':
      return toRead(await kisi.pageOfUsers(offset, { signal }), compareUsers);
    case 'assignments':
      return toRead(await kisi.pageOfAssignments(offset, { signal }), compareWithLedger);
  }
}

function toRead<Row extends { readonly id: number }>(
  outcome: KisiOutcome<{ readonly rows: readonly Row[]; readonly total: number }>,
  compare: (deps: SweepDeps, key: IntegrationKey, rows: readonly Row[], at: ReadAt) => Promise<DriftFinding[]>,
): KisiOutcome<Read> {
  if (outcome.kind !== 'done') return outcome;
  const { rows, total } = outcome.value;
  const page = { total, ids: rows.map(({ id }) => id) };
  return { kind: 'done', value: { page, compare: (deps, key, at) => compare(deps, key, rows, at) } };
}

async function compareGroups(
  { ledger }: SweepDeps,
  key: IntegrationKey,
  rows: readonly SeenGroup[],
  { readStartedAt }: ReadAt,
): Promise<DriftFinding[]> {
  const doors = new Map(rows.map((one) => [one.id, (one.locks_count ?? 0) + (one.elevator_stops_count ?? 0)]));
  const wrong = [...doors].filter(([, count]) => count !== 1).map(([id]) => id);
  if (wrong.length === 0) return [];
  const changed = await ledger.findLockGroups(key, wrong, readStartedAt);
  return changed.map((groupId) => ({
    ...NOTHING,
    code: 'lock_group_changed',
    subject: `lock_group_changed/${groupId}`,
    groupId,
    details: { doors: doors.get(groupId) ?? 0 },
    doubts: 'group',
  }));
}

async function compareUsers(
  { ledger }: SweepDeps,
  key: IntegrationKey,
  rows: readonly { readonly id: number; readonly access_enabled?: boolean | undefined }[],
  { kisiNow }: ReadAt,
): Promise<DriftFinding[]> {
  const disabled = rows.filter((user) => user.access_enabled === false).map(({ id }) => id);
  if (disabled.length === 0) return [];
  const persons = await ledger.findDisabled(key, disabled, kisiNow);
  return persons.map(({ personId, kisiUserId }) => ({
    ...NOTHING,
    code: 'user_disabled',
    subject: `user_disabled/${kisiUserId}`,
    personId,
    kisiUserId,
  }));
}

async function compareWithLedger(
  { ledger }: SweepDeps,
  key: IntegrationKey,
  rows: readonly SeenAssignment[],
  { kisiNow }: ReadAt,
): Promise<DriftFinding[]> {
  const { known, ourGroups } = await ledger.loadKnown(key, rows, kisiNow);
  return compareAssignments(rows, known, { ourGroups, now: kisiNow }).map(toFinding);
}

/** A finding that concerns nobody yet. */
export const NOTHING: DriftFinding = {
  code: null,
  subject: '',
  personId: null,
  groupId: null,
  kisiUserId: null,
  kisiAssignmentId: null,
  details: {},
  doubts: null,
  claimsId: null,
  mayBeLeft: false,
};

function toFinding(finding: AssignmentFinding): DriftFinding {
  const { seen } = finding;
  const common = {
    ...NOTHING,
    personId: finding.kind === 'foreign' ? finding.personId : finding.known.personId,
    groupId: seen.groupId,
    kisiUserId: seen.userId,
    kisiAssignmentId: seen.id,
  };
  const found = datesOf(seen);
  switch (finding.kind) {
    case 'modified':
      return {
        ...common,
        code: 'modified_outside',
        subject: `modified_outside/${seen.id}`,
        details: { expected: datesOf(finding.known), found, isWider: finding.isWider },
        doubts: 'assignment',
        // What opens longer than it should is always put right.
        mayBeLeft: !finding.isWider,
      };
    case 'came_back':
      return {
        ...common,
        code: 'modified_outside',
        subject: `modified_outside/${seen.id}`,
        details: { expected: null, found, isWider: true },
        doubts: 'assignment',
        claimsId: seen.id,
      };
    case 'unsure':
      return { ...common, doubts: 'assignment' };
    case 'foreign':
      return {
        ...common,
        code: 'foreign_assignment',
        subject: `foreign_assignment/${seen.id}`,
        details: { found, roleId: seen.roleId, createdByUserId: seen.createdByUserId },
      };
  }
}

/** Dates for people and machines. */
export function datesOf({
  validFrom,
  validUntil,
}: {
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
}): JsonObject {
  return {
    from: validFrom === null ? null : toIso(validFrom),
    until: validUntil === null ? null : toIso(validUntil),
  };
}
