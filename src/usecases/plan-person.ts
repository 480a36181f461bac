import { planAccess, type AccessPlan, type AssignmentView, type Change, type Priority } from '../domain/plan-access';
import { nothingHeld } from '../domain/plan-group';
import { planWithoutKisi } from '../domain/plan-without-kisi';
import type { ProblemCode } from '../domain/problems';
import type { DoorEnding } from '../domain/receipts';
import { MINUTE_MS, SECOND_MS, earliest, toIso, type Instant } from '../domain/time';
import { isOver } from '../domain/windows';
import type {
  ClaimFinding,
  EndedConnection,
  EntitlementKey,
  PersonContext,
  PersonKey,
  PlanToWrite,
  Waker,
} from './ports';

/** How long one probe of a Kisi that does not answer is everybody's; the others wait meanwhile. */
export const PROBE_LEASE_MS = 30 * SECOND_MS;
/** Whoever waits for a Kisi that does not answer is woken when it does; this is only the safety net. */
const OUTAGE_LOOK_MS = 10 * MINUTE_MS;
/** Clocks this far apart are worth telling. */
const CLOCK_SKEW_MS = 2 * SECOND_MS;

/** One planned change with what its activity must find unchanged. */
export interface PlannedStep {
  readonly change: Change;
  readonly priority: Priority;
  /** The person's `dirtySeq` that the plan saw: when it has risen, the step is stale and is not carried out. */
  readonly dirtySeq: number;
  readonly summary: string;
}

/** What must happen next for one person, and when to look again. Plain JSON without personal data. */
export interface PersonPlan {
  readonly next: PlannedStep | null;
  readonly lookAgainAt: Instant | null;
  readonly isFinished: boolean;
}

export interface PlanPersonDeps {
  readonly loadPerson: (key: PersonKey) => Promise<PersonContext | null>;
  /** Writes what was found of claims whose revision is still the same; answers the entitlements that are now dirty. */
  readonly writePlan: (key: PersonKey, plan: PlanToWrite) => Promise<readonly EntitlementKey[]>;
  /** Takes the one probe of an integration that does not answer; false when somebody else has it. */
  readonly takeProbe: (integrationId: string, now: Instant, until: Instant) => Promise<boolean>;
  readonly waker: Waker;
}

/**
 * Plans the next step for one person from one consistent snapshot of the ledger, and settles the claims with which Kisi
 * is known to agree: exactly the revisions that the snapshot held, and no others.
 *
 * @param now epoch milliseconds, from the workflow; boundaries run on Kisi's clock
 */
export function createPlanPerson(deps: PlanPersonDeps): (key: PersonKey, now: Instant) => Promise<PersonPlan> {
  return async (key, now) => {
    const context = await deps.loadPerson(key);
    if (context === null) return { next: null, lookAgainAt: null, isFinished: true };
    const kisiNow = now + context.integration.clockOffsetMs;
    const plan = planOf(context, kisiNow);
    const isBlocked = await mustWait(deps, key, context, plan, now);
    const findings = findingsOf(context, plan, isBlocked, kisiNow);
    const lookAgainAt = isBlocked
      ? earliest([toOurClock(plan.lookAgainAt, context), now + OUTAGE_LOOK_MS])
      : plan.next === null
        ? toOurClock(plan.lookAgainAt, context)
        : now + MINUTE_MS;
    const written = { now, seenSeq: context.dirtySeq, lookAgainAt: plan.isFinished ? null : lookAgainAt, findings };
    deps.waker.wakeEntitlements(await deps.writePlan(key, written));
    if (plan.next === null || isBlocked) return { next: null, lookAgainAt, isFinished: plan.isFinished };
    const { change, priority } = plan.next;
    const next: PlannedStep = { change, priority, dirtySeq: context.dirtySeq, summary: summarize(change) };
    return { next, lookAgainAt, isFinished: false };
  };
}

function planOf(context: PersonContext, now: Instant): AccessPlan {
  if (context.integration.mode === 'observe') return observe(context, now);
  if (context.integration.ended !== null) {
    const { mode } = context.integration.ended;
    return planWithoutKisi({ ...context, assignments: withOpenIntents(context), mayExpire: mode === 'expire', now });
  }
  const invites = context.openIntents.filter((intent) => intent.isInvite).map((intent) => intent.deadlineAt);
  const inviteRetryAt = [context.inviteRetryAt, ...invites].reduce<Instant | null>(
    (last, at) => (at !== null && (last === null || at > last) ? at : last),
    null,
  );
  return planAccess({
    person: { kisiUserId: context.kisiUserId, inviteRetryAt },
    claims: context.claims,
    assignments: withOpenIntents(context),
    now,
  });
}

/** An open intent that no run waits for any more: its request is over by its deadline, then Kisi is read first. */
function withOpenIntents(context: PersonContext): AssignmentView[] {
  const writes = context.openIntents.filter((intent) => !intent.isInvite);
  const known = context.assignments.map((assignment): AssignmentView => {
    const intent = writes.find((one) => one.groupId === assignment.groupId);
    return intent ? unsure(assignment, intent.deadlineAt) : assignment;
  });
  const unknown = writes
    .filter((intent) => !context.assignments.some((one) => one.groupId === intent.groupId))
    .map((intent) => unsure(nothingHeld(intent.groupId), intent.deadlineAt));
  return [...known, ...unknown];
}

function unsure(assignment: AssignmentView, deadlineAt: Instant): AssignmentView {
  return { ...assignment, presence: 'uncertain', grantRetryAt: deadlineAt, revokeRetryAt: deadlineAt };
}

/** An integration that only observes: everything is decided and shown, nothing is written. */
function observe(context: PersonContext, now: Instant): AccessPlan {
  const isLive = (claim: PersonContext['claims'][number]): boolean => !claim.isReleased && !isOver(claim.window, now);
  const settled = context.claims.flatMap((claim) => {
    const as = isLive(claim) ? ('observed' as const) : ('ended' as const);
    return claim.settledAs === as ? [] : [{ claimId: claim.id, revision: claim.revision, as }];
  });
  return {
    next: null,
    lookAgainAt: earliest(context.claims.filter(isLive).map((claim) => claim.window.until)),
    settled,
    problems: [],
    isFinished: !context.claims.some(isLive),
  };
}

/** True when this step must wait: the integration is not connected, or Kisi does not answer and the probe is not ours. */
async function mustWait(
  deps: PlanPersonDeps,
  key: PersonKey,
  context: PersonContext,
  plan: AccessPlan,
  now: Instant,
): Promise<boolean> {
  if (plan.next === null) return false;
  if (!context.integration.isConnected) return true;
  if (context.integration.health === 'ok') return false;
  if ((context.integration.probeLeaseUntil ?? 0) > now) return true;
  return !(await deps.takeProbe(key.integrationId, now, now + PROBE_LEASE_MS));
}

function findingsOf(context: PersonContext, plan: AccessPlan, isBlocked: boolean, now: Instant): ClaimFinding[] {
  const outage = outageProblem(context, isBlocked);
  return context.claims.flatMap((claim): ClaimFinding[] => {
    const settled = plan.settled.find((one) => one.claimId === claim.id) ?? null;
    const settledAs = settled?.as ?? claim.settledAs;
    const isOpen = settledAs === null || (settledAs !== 'ended' && (claim.isReleased || isOver(claim.window, now)));
    const found = plan.problems.find((one) => one.claimId === claim.id)?.code ?? null;
    const problem = settledAs === 'ended' ? null : ((isOpen ? outage : null) ?? found ?? skewProblem(context));
    if (settled === null && problem === claim.problem) return [];
    const ending = settled?.as === 'ended' ? endingOf(claim, context, now) : null;
    return [{ claimId: claim.id, revision: claim.revision, settledAs: settled?.as ?? null, problem, ending }];
  });
}

function outageProblem(context: PersonContext, isBlocked: boolean): ProblemCode | null {
  if (!context.integration.isConnected) return 'integration_disconnected';
  if (context.integration.health === 'key_invalid') return 'kisi_key_invalid';
  return isBlocked || context.integration.health === 'unavailable' ? 'kisi_unavailable' : null;
}

function skewProblem(context: PersonContext): ProblemCode | null {
  return Math.abs(context.integration.clockOffsetMs) > CLOCK_SKEW_MS ? 'clock_skew' : null;
}

type HeldClaim = PersonContext['claims'][number];
type HeldAssignment = PersonContext['assignments'][number];

/** What the receipt will say of this claim: how its access came to an end, by what we know. */
function endingOf(claim: HeldClaim, context: PersonContext, now: Instant): DoorEnding {
  const { integration } = context;
  if (integration.mode === 'observe') return { observed: true };
  const assignment = context.assignments.find((one) => one.groupId === claim.groupId) ?? null;
  const keptFor = othersOn(claim, context, now);
  const base = { refusedAt: null, deletedAt: null, verifiedAbsentAt: null, keptFor };
  const isLeft = assignment !== null && assignment.isOurs && assignment.presence !== 'absent';
  const isUnsure = context.openIntents.some((intent) => !intent.isInvite && intent.groupId === claim.groupId);
  if (integration.ended !== null && (isLeft || isUnsure)) {
    return { ...base, given: true, ...deletionOf(assignment), ...unverifiedEnding(integration.ended, assignment, now) };
  }
  if (assignment === null || !wasGiven(claim, assignment)) {
    const isForeign = assignment?.presence === 'present' && !assignment.isOurs;
    return { ...base, given: false, ...(isForeign ? { foreign: true } : {}), attempts: 0, request: null };
  }
  // While another claim keeps the assignment, Kisi neither refuses nor is anything deleted for this one.
  if (keptFor.length > 0 && assignment.presence !== 'absent') {
    return { ...base, given: true, attempts: 0, request: null, ...reopening(assignment, now) };
  }
  return { ...base, given: true, ...deletionOf(assignment), ...removal(assignment, integration.clockOffsetMs, now) };
}

/** The other entitlements that still give this door to the same person. */
function othersOn({ id, groupId }: HeldClaim, { claims }: PersonContext, now: Instant): string[] {
  const live = claims.filter((one) => one.groupId === groupId && !one.isReleased && !isOver(one.window, now));
  return [...new Set(live.filter((one) => one.id !== id).map((one) => one.entitlementId))];
}

/** Whether Kisi had an assignment of ours for this claim; one that was gone before the claim began was for another. */
function wasGiven({ wasGranted, livesSince }: HeldClaim, assignment: HeldAssignment): boolean {
  if (!assignment.isOurs) return false;
  const goneAt = assignment.deletedAt ?? assignment.verifiedAbsentAt;
  return wasGranted || assignment.presence !== 'absent' || (goneAt !== null && goneAt > livesSince);
}

/** The assignment already stands for a later window: until that begins, Kisi refuses. */
function reopening({ validFrom }: HeldAssignment, now: Instant): DoorEnding {
  return validFrom !== null && validFrom > now ? { opensAgainAt: toIso(validFrom) } : {};
}

function deletionOf(assignment: HeldAssignment | null): DoorEnding {
  return { attempts: assignment?.revokeAttempts ?? 0, request: assignment?.revokeRequest ?? null };
}

/** When it was deleted and read back as absent, and whether Kisi refused by itself before that. */
function removal(assignment: HeldAssignment, clockOffsetMs: number, now: Instant): DoorEnding {
  const { validUntil, deletedAt, verifiedAbsentAt } = assignment;
  const goneAt = deletedAt ?? verifiedAbsentAt;
  const isRefused = validUntil !== null && validUntil <= (goneAt === null ? now : goneAt + clockOffsetMs);
  return {
    refusedAt: isRefused ? toIso(validUntil) : null,
    deletedAt: isoOrNull(deletedAt),
    verifiedAbsentAt: isoOrNull(verifiedAbsentAt),
  };
}

/** Nobody could look whether it is gone: Kisi refuses by its end where it carries one, and otherwise somebody answers for it. */
function unverifiedEnding(
  { mode, by, reason }: EndedConnection,
  assignment: HeldAssignment | null,
  now: Instant,
): DoorEnding {
  const validUntil = assignment?.validUntil ?? null;
  return {
    refusedAt: validUntil !== null && validUntil <= now ? toIso(validUntil) : null,
    unverified: true,
    ...(mode === 'write_off' ? { writtenOff: true, writtenOffBy: by, reason } : {}),
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}

function toOurClock(at: Instant | null, context: PersonContext): Instant | null {
  return at === null ? null : at - context.integration.clockOffsetMs;
}

/** What people read in the Temporal Web UI; ids only. */
function summarize(change: Change): string {
  switch (change.kind) {
    case 'invite':
      return 'Find or invite the person in Kisi';
    case 'grant':
      return `Let in to group ${change.groupId} until ${endOf(change.window.until)}`;
    case 'adjust':
      return `Change group ${change.groupId} to ${toIso(change.window.from)} until ${endOf(change.window.until)}`;
    case 'revoke':
      return `Take group ${change.groupId} away and read back`;
    case 'read':
      return `Read what Kisi holds for group ${change.groupId}`;
  }
}

function endOf(until: Instant | null): string {
  return until === null ? 'further notice' : toIso(until);
}
