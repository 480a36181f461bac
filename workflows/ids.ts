/**
 * The ids of all workflows and task queues: deterministic, without personal data, readable in the Temporal Web UI.
 *
 * Every part that comes from outside is percent-escaped, so a part with a slash cannot imitate another id.
 */

/** A booking as its platform names it, within one organization and source. */
export interface BookingRef {
  readonly organizationId: string;
  readonly sourceId: string;
  readonly bookingId: string;
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

/** The queue on which everything for one integration waits for its turn at Kisi. */
export function kisiTaskQueue(integrationId: string): string {
  return `kisi/${escapePart(integrationId)}`;
}

/** The queue of the workflows. */
export const WORKFLOW_TASK_QUEUE = 'latchkey';

function escapePart(part: string): string {
  return encodeURIComponent(part);
}
