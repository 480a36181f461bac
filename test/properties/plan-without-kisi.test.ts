import fc from 'fast-check';
import { nothingHeld, type AssignmentView, type ClaimView } from '../../src/domain/plan-group';
import { planWithoutKisi, type WithoutKisiInput } from '../../src/domain/plan-without-kisi';
import { isOver } from '../../src/domain/windows';
import { createPlanPerson } from '../../src/usecases/plan-person';
import type { EndedConnection, PersonContext, PlanToWrite } from '../../src/usecases/ports';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const at = (hour: number): number => NOW + hour * HOUR;
const isLive = (claim: ClaimView, now = NOW): boolean => !claim.isReleased && !isOver(claim.window, now);

const groupId = fc.integer({ min: 1, max: 3 });

const claims = fc
  .array(
    fc.record({
      groupId,
      from: fc.integer({ min: -10, max: 10 }),
      hours: fc.integer({ min: 1, max: 6 }),
      isReleased: fc.boolean(),
      revision: fc.integer({ min: 1, max: 3 }),
      settledAs: fc.constantFrom(null, 'granted', 'waiting', 'ended'),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(({ from, hours, ...one }, index): ClaimView => ({
      ...one,
      id: `c${index}`,
      window: { from: at(from), until: at(from + hours) },
    })),
  )
  // What lives has not ended.
  .map((all) => all.map((one) => (one.settledAs === 'ended' && isLive(one) ? { ...one, settledAs: null } : one)));
const assignments = fc.uniqueArray(
  fc
    .record({
      groupId,
      presence: fc.constantFrom('present', 'absent', 'uncertain'),
      isOurs: fc.boolean(),
      until: fc.integer({ min: -5, max: 12 }),
    })
    .map(({ until, ...one }): AssignmentView => ({
      ...nothingHeld(one.groupId),
      ...one,
      assignmentId: one.presence === 'absent' ? null : one.groupId,
      validFrom: at(-12),
      validUntil: at(until),
      readAt: at(-6),
    })),
  { selector: (one) => one.groupId, maxLength: 3 },
);
const openIntents = fc.array(
  fc.record({ groupId, deadlineAt: fc.integer({ min: -2, max: 2 }).map(at), isInvite: fc.constant(false) }),
  { maxLength: 2 },
);
const input: fc.Arbitrary<WithoutKisiInput> = fc.record({
  claims,
  assignments,
  openIntents,
  mayExpire: fc.boolean(),
  now: fc.constant(NOW),
});

const isKept = (claim: ClaimView, all: readonly ClaimView[], now = NOW): boolean =>
  all.some((one) => one.groupId === claim.groupId && isLive(one, now));

describe('planWithoutKisi', () => {
  it('never plans a change and settles only what has ended', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { next, problems, settled } = planWithoutKisi(given);
        expect([next, problems]).toEqual([null, []]);
        for (const { claimId, revision, as } of settled) {
          const claim = given.claims.find((one) => one.id === claimId);
          expect([as, claim?.revision, claim && isLive(claim)]).toEqual(['ended', revision, false]);
        }
      }),
    );
  });

  it('settles nothing whose door Kisi still opens by an assignment of ours, unless somebody has written it off', () => {
    fc.assert(
      fc.property(input, (given) => {
        const ended = planWithoutKisi({ ...given, mayExpire: true }).settled.map((one) => one.claimId);
        for (const claim of given.claims.filter((one) => ended.includes(one.id) && !isKept(one, given.claims))) {
          const assignment = given.assignments.find((one) => one.groupId === claim.groupId);
          const isOpen = assignment?.isOurs === true && assignment.presence !== 'absent';
          if (isOpen) expect(assignment.validUntil).toBeLessThanOrEqual(NOW);
        }
      }),
    );
  });

  it('settles at once what somebody has written off, once no request is under way any more', () => {
    fc.assert(
      fc.property(input, (given) => {
        const settled = planWithoutKisi({ ...given, mayExpire: false }).settled.map((one) => one.claimId);
        const owed = given.claims.filter(
          (one) =>
            !isLive(one) &&
            one.settledAs !== 'ended' &&
            (isKept(one, given.claims) ||
              !given.openIntents.some((intent) => intent.groupId === one.groupId && intent.deadlineAt > NOW)),
        );
        expect([...settled].sort()).toEqual(owed.map((one) => one.id).sort());
      }),
    );
  });

  it('comes to an end by itself: looking again whenever it asks for it settles everything', () => {
    fc.assert(
      fc.property(input, (given) => {
        let all = given.claims;
        let now = given.now;
        for (let looks = 0; ; looks += 1) {
          const plan = planWithoutKisi({ ...given, claims: all, now });
          all = all.map((claim) =>
            plan.settled.some((one) => one.claimId === claim.id) ? { ...claim, settledAs: 'ended' } : claim,
          );
          if (plan.isFinished) break;
          expect(plan.lookAgainAt).toBeGreaterThan(now);
          now = plan.lookAgainAt ?? now;
          expect(looks).toBeLessThan(50);
        }
        expect(all.filter((claim) => claim.settledAs !== 'ended')).toEqual([]);
      }),
    );
  });
});

/** One look at a person whose connection has ended, with the ledger in memory. */
async function look(given: WithoutKisiInput, ended: EndedConnection): Promise<{ plan: unknown; written: PlanToWrite }> {
  const context: PersonContext = {
    dirtySeq: 1,
    integration: {
      ...{ mode: 'enforce', isConnected: false, ended, health: 'ok' },
      ...{ clockOffsetMs: 0, probeLeaseUntil: null },
    },
    kisiUserId: 7,
    inviteRetryAt: null,
    claims: given.claims.map((claim) => ({
      ...claim,
      entitlementId: `e-${claim.id}`,
      problem: null,
      livesSince: at(-9),
      wasGranted: false,
    })),
    assignments: given.assignments.map((one) => ({
      ...one,
      deletedAt: null,
      verifiedAbsentAt: one.presence === 'absent' ? at(-1) : null,
      revokeAttempts: 0,
      revokeRequest: null,
    })),
    openIntents: given.openIntents.map((one) => ({ ...one, isInvite: false })),
  };
  let written: PlanToWrite | null = null;
  const planPerson = createPlanPerson({
    loadPerson: async () => context,
    writePlan: async (_key, plan) => {
      written = plan;
      return [];
    },
    takeProbe: async () => true,
    waker: { wakeEntitlements: () => undefined, wakePersons: () => undefined, wakeIntegrations: () => undefined },
  });
  const plan = await planPerson({ organizationId: 'o', integrationId: 'i', personId: 'p' }, NOW);
  if (written === null) throw new Error('nothing was written');
  return { plan, written };
}

describe('the end of a claim without a key', () => {
  const ends: readonly EndedConnection[] = [
    { mode: 'expire', by: 'Olivia', reason: null },
    { mode: 'write_off', by: 'Olivia', reason: 'the key is dead' },
  ];

  it.each(ends)('says that nobody could look, where something may be left at Kisi ($mode)', async (ended) => {
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        const { plan, written } = await look(given, ended);
        expect(plan).toMatchObject({ next: null });
        for (const { claimId, settledAs, ending } of written.findings) {
          if (settledAs === null) continue;
          const group = given.claims.find((one) => one.id === claimId)?.groupId;
          const assignment = given.assignments.find((one) => one.groupId === group);
          const mayBeLeft =
            (assignment?.isOurs === true && assignment.presence !== 'absent') ||
            given.openIntents.some((intent) => intent.groupId === group);
          const answersForIt = ended.mode === 'write_off' ? { writtenOffBy: 'Olivia', reason: 'the key is dead' } : {};
          if (mayBeLeft) expect(ending).toMatchObject({ unverified: true, verifiedAbsentAt: null, ...answersForIt });
          else expect(ending).not.toHaveProperty('unverified');
          const refusedAt = ending?.['refusedAt'];
          if (typeof refusedAt === 'string') expect(Date.parse(refusedAt)).toBeLessThanOrEqual(NOW);
        }
      }),
    );
  });
});
