import type { EntitlementKind, EntitlementState } from '../domain/entitlement';
import type { ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { BookingDoor } from './bookings';
import type { Page, PageRequest } from './catalogue';
import type { EntitlementView } from './entitlements';
import type { JsonObject } from './ports';
import type { MemberStatus } from './receive-member';

/** A member as their platform names them. */
export interface MemberKey {
  readonly organizationId: string;
  readonly source: string;
  readonly id: string;
}

/** A member in a list. */
export interface ListedMember {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: MemberStatus;
  /** A door opens for this person at this instant, by whatever reason. */
  readonly hasAccessNow: boolean;
  /** What has not ended yet, of their own and of their teams. */
  readonly openEntitlements: number;
  /** What is wrong with any of that. */
  readonly problems: readonly ProblemCode[];
}

/** Whom Kisi knows under the member's address, or knew under a former one that still holds something. */
export interface MemberPerson {
  readonly id: string;
  readonly integrationId: string;
  readonly integrationName: string;
  /** False for a former address. */
  readonly isCurrent: boolean;
  /** Null: Kisi was not told of this address yet. */
  readonly kisiUserId: number | null;
  /** False: Kisi knew the address before, so that the user is never removed. */
  readonly isOurs: boolean;
  readonly problems: readonly ProblemCode[];
}

export interface MemberDoor extends BookingDoor {
  readonly integrationName: string;
  /** What Kisi calls the group; null while its doors were not read. */
  readonly groupName: string | null;
}

/** Why a member may enter: their own, by a team, or as somebody's guest. */
export interface MemberEntitlement extends EntitlementView {
  readonly by: 'member' | 'team' | 'guest';
  /** The claims of this member only. */
  readonly doors: readonly MemberDoor[];
}

/** Everything about one member. */
export interface MemberView extends ListedMember {
  readonly locale: string | null;
  readonly leftAt: Instant | null;
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly persons: readonly MemberPerson[];
  /** The newest that have not ended; the rest is in the list of the member's entitlements. */
  readonly entitlements: readonly MemberEntitlement[];
  readonly endedEntitlements: number;
  readonly updatedAt: Instant;
}

export interface MemberFilter {
  readonly source: string | null;
  readonly status: MemberStatus | null;
  readonly hasAccessNow: boolean | null;
  readonly problem: ProblemCode | null;
  /** A part of the name, the e-mail address or the id. */
  readonly query: string | null;
}

/** One thing that happened; ids only. */
export interface TimelineEntryView {
  readonly id: string;
  readonly at: Instant;
  readonly kind: string;
  /** What it was about, where it was about one reason to enter. */
  readonly entitlement: { readonly kind: EntitlementKind; readonly id: string; readonly source: string } | null;
  readonly integrationId: string | null;
  readonly personId: string | null;
  readonly groupId: number | null;
  readonly details: JsonObject;
}

/** Members as people see them. */
export interface Members {
  /** By name. */
  list(organizationId: string, filter: MemberFilter, page: PageRequest, now: Instant): Promise<Page<ListedMember>>;
  get(key: MemberKey, now: Instant): Promise<MemberView | null>;
  /** The newest first; null where there is no such member. */
  listEntitlements(
    key: MemberKey,
    filter: { readonly ended: boolean | null },
    page: PageRequest,
    now: Instant,
  ): Promise<Page<MemberEntitlement> | null>;
  /** The newest first; null where there is no such member. */
  listTimeline(key: MemberKey, kinds: readonly string[], page: PageRequest): Promise<Page<TimelineEntryView> | null>;
}

/** A team as people see it. */
export interface TeamView {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
  readonly updatedAt: Instant;
}

export interface TeamDetails extends TeamView {
  /** Name and status are null for whoever was not described yet. */
  readonly members: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly status: MemberStatus | null;
  }[];
  /** What the team holds and has not ended. */
  readonly entitlements: readonly {
    readonly kind: EntitlementKind;
    readonly id: string;
    readonly source: string;
    readonly state: EntitlementState;
  }[];
  /** The last facts about the team, the newest first. */
  readonly facts: readonly { readonly at: Instant; readonly version: number | null; readonly ignored: boolean }[];
}

/** Teams as people see them. */
export interface Teams {
  list(
    organizationId: string,
    filter: { readonly source: string | null; readonly query: string | null },
    page: PageRequest,
  ): Promise<Page<TeamView>>;
  get(key: MemberKey, now: Instant): Promise<TeamDetails | null>;
}
