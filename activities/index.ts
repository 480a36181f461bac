import type { EntitlementKey } from '../src/usecases/ports';
import type { IntegrationRef, PersonRef } from '../workflows/ids';
import type { ReceivedMessage } from '../workflows/messages';
import type {
  DisconnectLook,
  DoorsOutcome,
  DoorsPlan,
  DoorsStep,
  EntitlementLook,
  PersonPlan,
  PlannedStep,
  SweepEnd,
  SweepFailure,
  SweepPageOutcome,
  SweepStep,
} from './outcomes';

export type {
  DisconnectLook,
  DoorsOutcome,
  DoorsPlan,
  DoorsStep,
  EntitlementLook,
  PersonPlan,
  PlannedStep,
  SweepEnd,
  SweepFailure,
  SweepPageOutcome,
  SweepStep,
} from './outcomes';
export type { EntitlementKey } from '../src/usecases/ports';

/** What the activities need of the rest: one function each, so that they stay thin. */
export interface ActivityDeps {
  readonly refreshEntitlement: (entitlement: EntitlementKey, now: number) => Promise<EntitlementLook>;
  readonly storeMessages: (
    entitlement: EntitlementKey,
    messages: readonly ReceivedMessage[],
    now: number,
  ) => Promise<void>;
  readonly planPerson: (person: PersonRef, now: number) => Promise<PersonPlan>;
  readonly refreshDisconnect: (integration: IntegrationRef, now: number) => Promise<DisconnectLook>;
  readonly refreshDoors: (integration: IntegrationRef, now: number, pauseUntil: number) => Promise<DoorsPlan>;
  readonly carryOut: (person: PersonRef, step: PlannedStep) => Promise<void>;
  readonly readDoors: (integration: IntegrationRef) => Promise<DoorsOutcome>;
  readonly keepLockGroup: (
    integration: IntegrationRef,
    step: Exclude<DoorsStep, { readonly kind: 'read_doors' }>,
  ) => Promise<DoorsOutcome>;
  readonly beginSweep: (integration: IntegrationRef, sweepId: string, now: number) => Promise<boolean>;
  readonly endSweep: (integration: IntegrationRef, sweepId: string, now: number) => Promise<SweepEnd>;
  readonly failSweep: (sweepId: string, failure: SweepFailure, now: number) => Promise<void>;
  readonly readSweepPage: (integration: IntegrationRef, sweepId: string, step: SweepStep) => Promise<SweepPageOutcome>;
  readonly proveAbsence: (integration: IntegrationRef, sweepId: string, now: number) => Promise<SweepPageOutcome>;
}

/** Activities that only touch the ledger; they run as local activities beside the workflows. */
export interface LedgerActivities {
  readonly refreshEntitlement: ActivityDeps['refreshEntitlement'];
  readonly storeMessages: ActivityDeps['storeMessages'];
  readonly planPerson: ActivityDeps['planPerson'];
  readonly refreshDisconnect: ActivityDeps['refreshDisconnect'];
  readonly refreshDoors: ActivityDeps['refreshDoors'];
  readonly beginSweep: ActivityDeps['beginSweep'];
  readonly endSweep: ActivityDeps['endSweep'];
  readonly failSweep: ActivityDeps['failSweep'];
}

/** Activities that talk to Kisi; they run on the integration's own queue, one bounded attempt each. */
export interface KisiActivities {
  readonly inviteMember: ActivityDeps['carryOut'];
  readonly grantAccess: ActivityDeps['carryOut'];
  readonly adjustAccess: ActivityDeps['carryOut'];
  readonly revokeAccess: ActivityDeps['carryOut'];
  readonly readAccess: ActivityDeps['carryOut'];
  readonly readDoors: ActivityDeps['readDoors'];
  readonly makeLockGroup: ActivityDeps['keepLockGroup'];
  readonly findLockGroup: ActivityDeps['keepLockGroup'];
  readonly checkLockGroup: ActivityDeps['keepLockGroup'];
  readonly readSweepPage: ActivityDeps['readSweepPage'];
  readonly proveAbsence: ActivityDeps['proveAbsence'];
}

type KisiDeps = Pick<ActivityDeps, 'carryOut' | 'readDoors' | 'keepLockGroup' | 'readSweepPage' | 'proveAbsence'>;

export type Activities = LedgerActivities & KisiActivities;

/** The activities of the workflow queue. */
export function createLedgerActivities(deps: Omit<ActivityDeps, keyof KisiDeps>): LedgerActivities {
  return {
    refreshEntitlement: deps.refreshEntitlement,
    storeMessages: deps.storeMessages,
    planPerson: deps.planPerson,
    refreshDisconnect: deps.refreshDisconnect,
    refreshDoors: deps.refreshDoors,
    beginSweep: deps.beginSweep,
    endSweep: deps.endSweep,
    failSweep: deps.failSweep,
  };
}

/** The activities of an integration's queue. Their names tell in the Temporal Web UI what is done; the work is one story. */
export function createKisiActivities(deps: KisiDeps): KisiActivities {
  const { carryOut, readDoors, keepLockGroup, readSweepPage, proveAbsence } = deps;
  return {
    inviteMember: carryOut,
    grantAccess: carryOut,
    adjustAccess: carryOut,
    revokeAccess: carryOut,
    readAccess: carryOut,
    readDoors,
    makeLockGroup: keepLockGroup,
    findLockGroup: keepLockGroup,
    checkLockGroup: keepLockGroup,
    readSweepPage,
    proveAbsence,
  };
}
