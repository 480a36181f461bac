import type { EntitlementKind, EntitlementState, EndReason } from '../domain/entitlement';
import type { EntitlementFacts } from '../domain/entitlement-facts';
import type { Problem } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { BookingDoor, BookingFilter } from './bookings';
import type { Page, PageRequest } from './catalogue';
import type { EntitlementKey, JsonObject } from './ports';

/** An entitlement of any kind as people see it, with the names that whatever it is of and whoever it is for have now. */
export interface EntitlementView {
  readonly kind: EntitlementKind;
  readonly id: string;
  readonly source: string;
  readonly state: EntitlementState;
  readonly said: EntitlementFacts;
  readonly resourceId: string | null;
  readonly planId: string | null;
  readonly passTypeId: string | null;
  /** Of the resource, plan or pass type. */
  readonly subjectName: string | null;
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly teamId: string | null;
  readonly teamName: string | null;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly windowFrom: Instant | null;
  readonly windowUntil: Instant | null;
  readonly timeZone: string | null;
  readonly problems: readonly Problem[];
  readonly doors: readonly BookingDoor[];
  readonly receipt: {
    readonly id: string;
    readonly reason: EndReason;
    readonly dueAt: Instant;
    readonly writtenAt: Instant;
    readonly doors: readonly JsonObject[];
  } | null;
  readonly lookAgainAt: Instant | null;
  readonly updatedAt: Instant;
}

export interface EntitlementFilter extends BookingFilter {
  readonly planId: string | null;
  readonly passTypeId: string | null;
  readonly teamId: string | null;
}

export interface Entitlements {
  get(key: EntitlementKey, now: Instant): Promise<EntitlementView | null>;
  /** The newest first. */
  list(
    organizationId: string,
    kind: EntitlementKind,
    filter: EntitlementFilter,
    page: PageRequest,
    now: Instant,
  ): Promise<Page<EntitlementView>>;
}
