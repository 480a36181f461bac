import type { BookingRef, IntegrationRef, PersonRef } from '../workflows/ids';
import type { ReceivedMessage } from '../workflows/messages';
import type { DisconnectLook, EntitlementLook, PersonPlan, PlannedStep } from './outcomes';

export type { DisconnectLook, EntitlementLook, PersonPlan, PlannedStep } from './outcomes';

/** What the activities need of the rest: one function each, so that they stay thin. */
export interface ActivityDeps {
  readonly refreshEntitlement: (booking: BookingRef, now: number) => Promise<EntitlementLook>;
  readonly storeMessages: (booking: BookingRef, messages: readonly ReceivedMessage[], now: number) => Promise<void>;
  readonly planPerson: (person: PersonRef, now: number) => Promise<PersonPlan>;
  readonly refreshDisconnect: (integration: IntegrationRef, now: number) => Promise<DisconnectLook>;
  readonly carryOut: (person: PersonRef, step: PlannedStep) => Promise<void>;
}

/** Activities that only touch the ledger; they run as local activities beside the workflows. */
export interface LedgerActivities {
  readonly refreshEntitlement: ActivityDeps['refreshEntitlement'];
  readonly storeMessages: ActivityDeps['storeMessages'];
  readonly planPerson: ActivityDeps['planPerson'];
  readonly refreshDisconnect: ActivityDeps['refreshDisconnect'];
}

/** Activities that talk to Kisi; they run on the integration's own queue, one bounded attempt each. */
export interface KisiActivities {
  readonly inviteMember: ActivityDeps['carryOut'];
  readonly grantAccess: ActivityDeps['carryOut'];
  readonly adjustAccess: ActivityDeps['carryOut'];
  readonly revokeAccess: ActivityDeps['carryOut'];
  readonly readAccess: ActivityDeps['carryOut'];
}

export type Activities = LedgerActivities & KisiActivities;

/** The activities of the workflow queue. */
export function createLedgerActivities(deps: Omit<ActivityDeps, 'carryOut'>): LedgerActivities {
  return {
    refreshEntitlement: deps.refreshEntitlement,
    storeMessages: deps.storeMessages,
    planPerson: deps.planPerson,
    refreshDisconnect: deps.refreshDisconnect,
  };
}

/** The activities of an integration's queue. Their names tell in the Temporal Web UI what is done; the work is one story. */
export function createKisiActivities({ carryOut }: Pick<ActivityDeps, 'carryOut'>): KisiActivities {
  return {
    inviteMember: carryOut,
    grantAccess: carryOut,
    adjustAccess: carryOut,
    revokeAccess: carryOut,
    readAccess: carryOut,
  };
}
