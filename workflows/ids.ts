/**
 * The ids of all workflows and task queues: deterministic, without personal data, readable in the Temporal Web UI.
 *
 * Every part that comes from outside is percent-escaped, so a part with a slash cannot imitate another id.
 */

import type { EntitlementKind } from '../src/domain/entitlement';

/** A booking as its platform names it, within one organization and source. */
export interface BookingRef {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly bookingId: string;
}

/** A subscription as its platform names it, within one organization and source. */
export interface SubscriptionRef {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly subscriptionId: string;
}

/** A pass as its platform names it, within one organization and source. */
export interface PassRef {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly passId: string;
}

/** A grant made by hand; its id is unique in its organization. */
export interface GrantRef {
  readonly organizationId: string;
  readonly grantId: string;
}

/** A person at one Kisi integration; ids of the ledger. */
export interface PersonRef {
  readonly organizationId: string;
  readonly integrationId: string;
  readonly personId: string;
}

/** A connected Kisi organization; ids of the ledger. */
export interface IntegrationRef {
  readonly organizationId: string;
  readonly integrationId: string;
}

/** Temporal refuses ids over 1,000 characters; the rest of the id stays well below the difference. */
export const MAX_ESCAPED_ID_LENGTH = 600;

/** `booking/<org>/<source>/<bookingId>` */
export function bookingAccessId(booking: BookingRef): string {
  return ['booking', booking.organizationId, booking.sourceId, booking.bookingId].map(escapePart).join('/');
}

/** `subscription/<org>/<source>/<subscriptionId>` */
export function subscriptionAccessId({ organizationId, sourceId, subscriptionId }: SubscriptionRef): string {
  return ['subscription', organizationId, sourceId, subscriptionId].map(escapePart).join('/');
}

/** `pass/<org>/<source>/<passId>` */
export function passAccessId({ organizationId, sourceId, passId }: PassRef): string {
  return ['pass', organizationId, sourceId, passId].map(escapePart).join('/');
}

/** `grant/<org>/<grantId>` */
export function manualAccessId({ organizationId, grantId }: GrantRef): string {
  return ['grant', organizationId, grantId].map(escapePart).join('/');
}

/** The workflow of an entitlement: its type, its id, and what it is started with. */
export type EntitlementWorkflow = { readonly workflowId: string } & (
  | { readonly type: 'bookingAccess'; readonly input: BookingRef }
  | { readonly type: 'subscriptionAccess'; readonly input: SubscriptionRef }
  | { readonly type: 'passAccess'; readonly input: PassRef }
  | { readonly type: 'manualAccess'; readonly input: GrantRef }
);

/** Which workflow attends to an entitlement. */
export function entitlementWorkflow(key: {
  readonly organizationId: string;
  readonly kind: EntitlementKind;
  readonly sourceId: string;
  readonly externalId: string;
}): EntitlementWorkflow {
  const { organizationId, kind, sourceId, externalId } = key;
  switch (kind) {
    case 'booking': {
      const input = { organizationId, sourceId, bookingId: externalId };
      return { type: 'bookingAccess', workflowId: bookingAccessId(input), input };
    }
    case 'subscription': {
      const input = { organizationId, sourceId, subscriptionId: externalId };
      return { type: 'subscriptionAccess', workflowId: subscriptionAccessId(input), input };
    }
    case 'pass': {
      const input = { organizationId, sourceId, passId: externalId };
      return { type: 'passAccess', workflowId: passAccessId(input), input };
    }
    case 'grant': {
      const input = { organizationId, grantId: externalId };
      return { type: 'manualAccess', workflowId: manualAccessId(input), input };
    }
  }
}

/** `member/<org>/<integrationId>/<personId>` */
export function memberAccessId(person: PersonRef): string {
  return ['member', person.organizationId, person.integrationId, person.personId].map(escapePart).join('/');
}

/** `disconnect/<integrationId>` */
export function integrationDisconnectId({ integrationId }: IntegrationRef): string {
  return `disconnect/${escapePart(integrationId)}`;
}

/** `doors/<org>/<integrationId>` */
export function doorsId(integration: IntegrationRef): string {
  return ['doors', integration.organizationId, integration.integrationId].map(escapePart).join('/');
}

/** `sweep/<integrationId>`: of the Schedule, and what its workflow ids begin with. */
export function integrationSweepId({ integrationId }: Pick<IntegrationRef, 'integrationId'>): string {
  return `${SWEEP_PREFIX}${escapePart(integrationId)}`;
}

export const SWEEP_PREFIX = 'sweep/';

/** The queue on which everything for one integration waits for its turn at Kisi. */
export function kisiTaskQueue(integrationId: string): string {
  return `kisi/${escapePart(integrationId)}`;
}

/** The queue of the workflows. */
export const WORKFLOW_TASK_QUEUE = 'latchkey';

function escapePart(part: string): string {
  return encodeURIComponent(part);
}
