import type { Change, Priority } from '../src/domain/plan-access';
import type { EntitlementState, EndReason } from '../src/domain/decide-booking';
import type { ProblemCode } from '../src/domain/problems';
import type { Instant } from '../src/domain/time';

/** What one look at an entitlement found and wrote. Plain JSON without personal data: it is kept in histories. */
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

/** One planned change with what its activity must find unchanged. */
export interface PlannedStep {
  readonly change: Change;
  readonly priority: Priority;
  /** The person's `dirtySeq` that the plan saw: when it has risen, the step is stale and is not carried out. */
  readonly dirtySeq: number;
  readonly summary: string;
}

/** What must happen next for one person, and when to look again. */
export interface PersonPlan {
  readonly next: PlannedStep | null;
  readonly lookAgainAt: Instant | null;
  readonly isFinished: boolean;
}
