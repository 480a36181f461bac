import type { BookingFacts } from '../domain/facts';
import type { Instant } from '../domain/time';
import type { AccessWindow } from '../domain/windows';
import type { DoorMapping, MappingSubject } from './door-mappings';

/** A booking that is not over, with all that its decision needs but the rules. */
export interface LiveBooking {
  readonly id: string;
  readonly source: string;
  readonly resourceId: string | null;
  readonly facts: BookingFacts;
  readonly firstSeenAt: Instant;
  readonly member: PreviewMember | null;
}

export interface PreviewMember {
  readonly id: string;
  readonly name: string;
  /** As people are told apart by. */
  readonly email: string;
}

/** Access that somebody has or will have as of now. */
export interface LiveClaim {
  readonly entitlementId: string;
  readonly email: string;
  readonly memberId: string;
  readonly memberName: string | null;
  readonly integrationId: string;
  readonly groupId: number;
  readonly window: AccessWindow;
}

/** A door of Kisi's with its name; `groupId` is the group that a lock opens through, once it exists. */
export interface NamedDoor {
  readonly integrationId: string;
  readonly type: 'group' | 'lock';
  readonly id: number;
  readonly name: string | null;
  readonly groupId: number | null;
}

/** What a preview reads; every call sees one organization only, and nothing is ever written. */
export interface PreviewLedger {
  /** Each integration, and whether it is connected. */
  readIntegrations(organizationId: string): Promise<ReadonlyMap<string, boolean>>;
  /** Locks that have, or are to have, a group of exactly that lock; and everything that has a name. */
  readDoors(organizationId: string): Promise<readonly NamedDoor[]>;
  findMappings(organizationId: string, ids: readonly string[]): Promise<readonly DoorMapping[]>;
  mappingsOf(organizationId: string, subjects: readonly MappingSubject[]): Promise<readonly DoorMapping[]>;
  /** Bookings of these resources that are not over, by id, from the one after `after` on. */
  pageBookings(
    organizationId: string,
    resources: readonly MappingSubject[],
    after: string | null,
    limit: number,
  ): Promise<readonly LiveBooking[]>;
  claimsOfPeople(organizationId: string, emails: readonly string[], now: Instant): Promise<readonly LiveClaim[]>;
  claimsOfIntegration(organizationId: string, integrationId: string, now: Instant): Promise<readonly LiveClaim[]>;
}
