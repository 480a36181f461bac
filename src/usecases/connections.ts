import type { Instant } from '../domain/time';
import type { Actor, Page, PageRequest } from './catalogue';
import type { DisconnectMode } from './refresh-disconnect';

/** A key with what Kisi says of it, as it is stored. */
export interface ConnectionToSave {
  readonly baseUrl: string | null;
  readonly apiKeyEncrypted: string;
  readonly apiKeyLastFour: string;
  readonly kisiOrganizationId: number;
  readonly kisiUserId: number;
}

/** What keeps a Kisi organization from being connected. A name only where it belongs to the same organization. */
export type ConnectionObstacle =
  | { readonly kind: 'unknown_integration' }
  | { readonly kind: 'other_kisi_organization' }
  | { readonly kind: 'taken'; readonly name: string | null };

export interface DisconnectOrder {
  readonly mode: DisconnectMode;
  /** With `expire`: no access lasts longer. Null: what was ordered before, or the default. */
  readonly until: Instant | null;
  readonly reason: string | null;
}

export type DisconnectAnswer = 'asked' | 'unchanged' | 'not_connected' | 'unknown_integration';

/** Whom a disconnect concerns. */
export interface DisconnectPreview {
  readonly peopleWithAccessNow: number;
  /** Those who have none now and would have it later. */
  readonly peopleWithAccessLater: number;
  /** Role assignments of ours at Kisi. */
  readonly assignments: number;
  /** Access without an end. */
  readonly openEnded: number;
}

export const OBSERVED_EFFECTS = ['would_grant', 'would_keep', 'would_revoke'] as const;

/** What would have been done at Kisi, had the integration not only observed. */
export interface Observation {
  readonly at: Instant;
  readonly what: (typeof OBSERVED_EFFECTS)[number];
  readonly memberId: string;
  readonly memberName: string | null;
  readonly groupId: number;
  readonly groupName: string | null;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly entitlement: { readonly kind: string; readonly id: string; readonly source: string };
}

/** The ledger's side of connections. Every call sees one organization only. */
export interface Connections {
  /** Null: nothing is in the way. */
  findObstacle(
    organizationId: string,
    integrationId: string,
    kisiOrganizationId: number,
  ): Promise<ConnectionObstacle | null>;
  /** Connects, takes another key, or connects again; whatever was going on to end the connection is over. */
  saveConnection(
    actor: Actor,
    integrationId: string,
    connection: ConnectionToSave,
    now: Instant,
  ): Promise<ConnectionObstacle | null>;
  disconnect(actor: Actor, integrationId: string, order: DisconnectOrder, now: Instant): Promise<DisconnectAnswer>;
  previewDisconnect(organizationId: string, integrationId: string, now: Instant): Promise<DisconnectPreview | null>;
  /** Newest first; null for an integration that does not exist. */
  listObservations(organizationId: string, integrationId: string, page: PageRequest): Promise<Page<Observation> | null>;
}
