/**
 * What the activities answer their workflows: plain JSON without personal data, since histories keep it. The shapes belong
 * to the use cases; workflows know them by these names.
 */
export type { DisconnectLook } from '../src/usecases/refresh-disconnect';
export type { EntitlementLook } from '../src/usecases/refresh-entitlement';
export type { PersonPlan, PlannedStep } from '../src/usecases/plan-person';
export type { DoorsPlan, DoorsStep } from '../src/domain/plan-doors';
export type { DoorsOutcome } from '../src/usecases/keep-lock-groups';
export type { SweepEnd, SweepFailure, SweepPageOutcome, SweepStep } from '../src/usecases/sweep-ports';
