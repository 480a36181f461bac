import { decideEntitlement } from '../domain/entitlement-facts';
import {
  deriveState,
  isClaimFinished,
  type EntitlementDecision,
  type EndReason,
  type EntitlementState,
  type WantedDoor,
} from '../domain/entitlement';
import { limitToLivingClaims } from '../domain/expiring-doors';
import { areSuspended, decideForHolders, presentHolders, type Holder } from '../domain/holders';
import type { ProblemCode } from '../domain/problems';
import { MINUTE_MS, SECOND_MS, earliest, type Instant } from '../domain/time';
import { earlierEnd, isOver } from '../domain/windows';
import type {
  ClaimChange,
  ClaimRow,
  EntitlementContext,
  EntitlementKey,
  EntitlementLookTx,
  PersonKey,
  PersonToMake,
  ReceiptToWrite,
  Waker,
} from './ports';

/** How long a member's old address keeps its access while the new one is not let in yet. */
export const ADDRESS_CHANGE_PATIENCE_MS = 10 * MINUTE_MS;
/** How long doors that a plan gives no more are kept while the doors that it gives instead are not open yet. */
export const DOORS_CHANGE_PATIENCE_MS = 45 * SECOND_MS;
/** While something is owed, the entitlement looks again this often even if nobody wakes it. */
const OWED_LOOK_MS = 5 * MINUTE_MS;

/** What one look found and wrote. Plain JSON without personal data: it is kept in histories. */
export interface EntitlementLook {
  readonly state: EntitlementState;
  readonly problems: readonly ProblemCode[];
  readonly windowFrom: Instant | null;
  readonly windowUntil: Instant | null;
  readonly lookAgainAt: Instant | null;
  readonly ended: EndReason | null;
  /** True when nothing is owed: the entitlement ended and its receipt is written. */
  readonly isDone: boolean;
  readonly receiptId: string | null;
}

/**
 * Makes an entitlement's claims and state follow from its facts, the door mappings and the policy, in one transaction,
 * and writes its receipt once everything it gave has ended and was read back.
 *
 * Level, not edge: it looks at everything each time and may run twice or late. A `now` before the row's last look is
 * brought forward to it, so a late look never undoes a newer one.
 *
 * @param now epoch milliseconds, from the workflow
 */
export function createRefreshEntitlement(deps: {
  readonly inLookTransaction: <T>(key: EntitlementKey, look: (tx: EntitlementLookTx) => Promise<T>) => Promise<T>;
  readonly waker: Waker;
}): (key: EntitlementKey, now: Instant) => Promise<EntitlementLook> {
  return async (key, now) => {
    const { look, touched } = await deps.inLookTransaction(key, (tx) => lookAtEntitlement(tx, now));
    deps.waker.wakePersons(touched);
    return look;
  };
}

async function lookAtEntitlement(
  tx: EntitlementLookTx,
  askedNow: Instant,
): Promise<{ look: EntitlementLook; touched: readonly PersonKey[] }> {
  const context = await tx.load();
  if (context === null) return { look: NOTHING_KNOWN, touched: [] };
  const now = Math.max(askedNow, context.lookedAt ?? askedNow);
  const { decision, people } = decide(context, now);
  const { changes, patienceUntil } = await claimChanges(tx, context, people, now);
  const touched = changes.length > 0 ? await tx.writeClaims(context.id, changes, now) : [];
  const claims = applyChanges(context.claims, changes);

  const isSettled = decision.ended !== null && claims.every(isClaimFinished);
  const reopens = decision.ended === null && context.hasReceipt;
  const receipt = isSettled && !context.hasReceipt ? writeReceipt(decision, context) : null;
  const hasReceipt = reopens ? false : context.hasReceipt || receipt !== null;
  const problems = collectProblems(decision, claims, context, now);
  const state = deriveState(decision, claims, { hasReceipt, isSuspended: areSuspended(context.holders) }, now);
  const isDone = state === 'ended';
  const lookAgainAt = isDone ? null : earliest([nextLook(decision, claims, now), patienceUntil]);
  const receiptId = await tx.write({
    id: context.id,
    now,
    seenSeq: context.dirtySeq,
    state,
    problems,
    window: decision.window,
    lookAgainAt,
    receipt,
    reopens,
  });
  const look: EntitlementLook = {
    state,
    problems: problems.map((problem) => problem.code),
    windowFrom: decision.window?.from ?? null,
    windowUntil: decision.window?.until ?? null,
    lookAgainAt,
    ended: decision.ended?.reason ?? null,
    isDone,
    receiptId,
  };
  return { look, touched };
}

/** One of those to be let in, with the doors that this very person gets. */
interface DecidedPerson {
  readonly holder: Holder;
  readonly decision: EntitlementDecision;
}

/** What follows from the facts, for all and for each of the people. */
function decide(
  context: EntitlementContext,
  now: Instant,
): { readonly decision: EntitlementDecision; readonly people: readonly DecidedPerson[] } {
  const decision = decideForHolders(decideEntitlement({ ...context, now }), context.holders);
  const people = presentHolders(context.holders).map((holder) => ({
    holder,
    decision: limitToLivingClaims(decision, {
      ...context,
      persons: context.persons.filter(({ email }) => email === holder.email),
      now,
    }),
  }));
  const isShut = people.length > 0 && people.every((one) => one.decision.waitsFor === 'mending');
  return { decision: { ...decision, waitsFor: decision.waitsFor ?? (isShut ? 'mending' : null) }, people };
}

/** The row does not exist: nothing was ever stored under this key, so nothing is owed. */
const NOTHING_KNOWN: EntitlementLook = {
  state: 'ended',
  problems: [],
  windowFrom: null,
  windowUntil: null,
  lookAgainAt: null,
  ended: null,
  isDone: true,
  receiptId: null,
};

/** Somebody to be let in at one door. */
interface Wanted {
  readonly door: WantedDoor;
  readonly personId: string;
  readonly memberId: string | null;
}

interface Changes {
  readonly changes: readonly ClaimChange[];
  /** Claims that nobody wants any more and that wait for what follows them, at most until this instant. */
  readonly patienceUntil: Instant | null;
}

async function claimChanges(
  tx: EntitlementLookTx,
  context: EntitlementContext,
  people: readonly DecidedPerson[],
  now: Instant,
): Promise<Changes> {
  const wanted = wantedDoors(context, people, await personsFor(tx, context, people));
  const grown = wanted
    .filter(({ door, personId }) => needsWriting(context.claims, door, personId))
    .map((one): ClaimChange => ({ ...one, isReleased: false }));
  const dropped = context.claims
    .filter((claim) => !claim.isReleased && !isClaimFinished(claim))
    .filter((claim) => !wanted.some(({ door, personId }) => isSameDoor(claim, door, personId)))
    // What is over by time needs no release: the person's workflow settles it.
    .filter((claim) => !isOver(claim.window, now))
    .map((claim) => ({ claim, patienceUntil: patienceWith(claim, context, wanted, now) }));
  const released = dropped.filter(({ patienceUntil }) => patienceUntil === null).map(({ claim }) => release(claim));
  return {
    changes: [...grown, ...released],
    patienceUntil: earliest(dropped.map(({ patienceUntil }) => patienceUntil)),
  };
}

function wantedDoors(
  context: EntitlementContext,
  people: readonly DecidedPerson[],
  persons: EntitlementContext['persons'],
): Wanted[] {
  return people.flatMap(({ holder, decision }) =>
    [...decision.doors, ...decision.heldDoors].flatMap((door): Wanted[] => {
      const person = persons.find((one) => one.integrationId === door.integrationId && one.email === holder.email);
      if (person === undefined) return [];
      if (decision.heldDoors.includes(door) && !hasDoor(context.claims, door, person.id)) return [];
      return [{ door, personId: person.id, memberId: holder.memberId }];
    }),
  );
}

/** True when this person was given the door: a door whose group is not as it should be is kept, never given anew. */
function hasDoor(claims: readonly ClaimRow[], door: WantedDoor, personId: string): boolean {
  return claims.some(
    (claim) =>
      isSameDoor(claim, door, personId) &&
      claim.integrationId === door.integrationId &&
      !claim.isReleased &&
      !isClaimFinished(claim) &&
      (claim.settledAs !== null || claim.revision > 1),
  );
}

/** The persons are made before Kisi knows the address: one for each address and integration that a door needs. */
async function personsFor(
  tx: EntitlementLookTx,
  { persons }: EntitlementContext,
  people: readonly DecidedPerson[],
): Promise<EntitlementContext['persons']> {
  const missing = new Map<string, PersonToMake>();
  for (const { holder, decision } of people) {
    for (const { integrationId } of decision.doors) {
      const isKnown = persons.some((one) => one.integrationId === integrationId && one.email === holder.email);
      const { email, name } = holder;
      if (!isKnown) missing.set(JSON.stringify([integrationId, email]), { integrationId, email, name });
    }
  }
  return missing.size === 0 ? persons : [...persons, ...(await tx.makePersons([...missing.values()]))];
}

function needsWriting(claims: readonly ClaimRow[], door: WantedDoor, personId: string): boolean {
  const claim = claims.find((one) => isSameDoor(one, door, personId));
  return (
    !claim || claim.isReleased || claim.window.from !== door.window.from || claim.window.until !== door.window.until
  );
}

function isSameDoor(claim: ClaimRow, door: WantedDoor, personId: string): boolean {
  return claim.personId === personId && claim.groupId === door.groupId;
}

/**
 * How long a claim that is not wanted any more is kept, because what follows it is not given yet; null: it goes now.
 *
 * A member with a new address keeps the old one's access until the new one is let in. With another plan or other doors of a
 * plan, nobody stands before a closed door in between.
 */
function patienceWith(
  claim: ClaimRow,
  context: EntitlementContext,
  wanted: readonly Wanted[],
  now: Instant,
): Instant | null {
  if (claim.settledAs !== 'granted' || outlivesConnection(claim, context)) return null;
  const ends = wanted.flatMap((successor) => {
    const patienceMs = patienceFor(claim, successor, context);
    if (patienceMs === null) return [];
    const next = context.claims.find((one) => isSameDoor(one, successor.door, successor.personId));
    if (next === undefined) return [now + patienceMs];
    return next.settledAs === null && now < next.revisedAt + patienceMs ? [next.revisedAt + patienceMs] : [];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

/** How long one claim waits for another one that takes its place; null: it does not. */
function patienceFor(
  claim: ClaimRow,
  { door, personId, memberId }: Wanted,
  { said }: EntitlementContext,
): number | null {
  const isSameGroup = door.integrationId === claim.integrationId && door.groupId === claim.groupId;
  if (personId !== claim.personId) {
    return isSameGroup && memberId !== null && memberId === claim.memberId ? ADDRESS_CHANGE_PATIENCE_MS : null;
  }
  // A booking that moves to another room leaves the old one at once.
  return said.kind === 'booking' || isSameGroup ? null : DOORS_CHANGE_PATIENCE_MS;
}

/** True where the connection ends by expiry, before this claim does. */
function outlivesConnection({ integrationId, window }: ClaimRow, { rules }: EntitlementContext): boolean {
  const ending = rules.find((rule) => rule.integrationId === integrationId)?.ending ?? null;
  return ending !== null && earlierEnd(window.until, ending.until) !== window.until;
}

function release(claim: ClaimRow): ClaimChange {
  return {
    door: { integrationId: claim.integrationId, groupId: claim.groupId, window: claim.window },
    personId: claim.personId,
    memberId: claim.memberId,
    isReleased: true,
  };
}

/** The claims as they are after writing: what was changed has a new revision, with which nothing is settled yet. */
function applyChanges(claims: readonly ClaimRow[], changes: readonly ClaimChange[]): Pick<ClaimRow, ProgressKeys>[] {
  const untouched = claims.filter(
    (claim) => !changes.some((change) => isSameDoor(claim, change.door, change.personId)),
  );
  const changed = changes.map((change) => ({
    window: change.door.window,
    isReleased: change.isReleased,
    settledAs: null,
    problem: null,
    problemSince: null,
  }));
  return [...untouched, ...changed];
}

type ProgressKeys = 'window' | 'isReleased' | 'settledAs' | 'problem' | 'problemSince';

function collectProblems(
  decision: EntitlementDecision,
  claims: readonly Pick<ClaimRow, ProgressKeys>[],
  context: EntitlementContext,
  now: Instant,
): { readonly code: ProblemCode; readonly since: Instant }[] {
  const since = new Map(context.problems.map((problem) => [problem.code, problem.since]));
  const found = new Map<ProblemCode, Instant>();
  for (const code of decision.problems) found.set(code, since.get(code) ?? now);
  for (const claim of claims) {
    if (claim.problem !== null && !isClaimFinished(claim)) {
      found.set(claim.problem, since.get(claim.problem) ?? claim.problemSince ?? now);
    }
  }
  return [...found].map(([code, at]) => ({ code, since: at }));
}

function nextLook(
  decision: EntitlementDecision,
  claims: readonly Pick<ClaimRow, ProgressKeys>[],
  now: Instant,
): Instant {
  const open = claims.filter((claim) => !isClaimFinished(claim));
  const isOwed = decision.ended !== null || open.some((claim) => claim.settledAs === null || claim.isReleased);
  // At the end of its window a claim is settled by the person's workflow, which then wakes this one: no timer is needed.
  const atTheEnd = open.length > 0 && decision.lookAgainAt === decision.window?.until;
  return (
    earliest([
      isOwed ? now + OWED_LOOK_MS : null,
      decision.lookAgainAt !== null && atTheEnd ? decision.lookAgainAt + MINUTE_MS : decision.lookAgainAt,
    ]) ?? now + OWED_LOOK_MS
  );
}

function writeReceipt(decision: EntitlementDecision, context: EntitlementContext): ReceiptToWrite {
  return {
    reason: decision.ended?.reason ?? 'expired',
    dueAt: decision.ended?.dueAt ?? context.firstSeenAt,
    dueBySeq: decision.ended?.bySeq ?? null,
    doors: context.claims.map((claim) => ({
      claimId: claim.id,
      personId: claim.personId,
      integrationId: claim.integrationId,
      groupId: claim.groupId,
      windowFrom: new Date(claim.window.from).toISOString(),
      windowUntil: claim.window.until === null ? null : new Date(claim.window.until).toISOString(),
      ...(claim.ending ?? {}),
    })),
  };
}
