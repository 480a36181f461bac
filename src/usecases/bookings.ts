import type { EntitlementState, EndReason } from '../domain/entitlement';
import type { BookingStatus, PaymentState } from '../domain/facts';
import type { Problem, ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { JsonObject } from './ports';
import type { Page, PageRequest } from './catalogue';

/** One door of a booking. `observed`: an integration that only observes would do it. */
export type DoorState = 'provisioning' | 'scheduled' | 'open' | 'revoking' | 'closed' | 'observed' | 'blocked';

export interface BookingDoor {
  readonly integrationId: string;
  readonly groupId: number;
  readonly mappingNames: readonly string[];
  readonly personId: string;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly state: DoorState;
  readonly problem: ProblemCode | null;
}

/** What every entitlement shows, with the name that its member has now. */
export interface CommonView {
  readonly id: string;
  readonly source: string;
  readonly state: EntitlementState;
  readonly resourceId: string | null;
  readonly memberId: string | null;
  readonly memberName: string | null;
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

/** A booking as people see it, with the name that its resource has now. */
export interface BookingView extends CommonView {
  readonly status: BookingStatus | null;
  readonly payment: PaymentState | null;
  readonly resourceName: string | null;
}

export interface BookingFilter {
  readonly source: string | null;
  readonly states: readonly EntitlementState[];
  readonly problem: ProblemCode | null;
  readonly resourceId: string | null;
  readonly memberId: string | null;
  /** Bookings whose access window touches `[from, until)`. */
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** A part of the booking's id, the member's name or e-mail address, or the resource's name. */
  readonly query: string | null;
}

export interface Bookings {
  get(organizationId: string, source: string, id: string, now: Instant): Promise<BookingView | null>;
  /** The newest first. */
  list(organizationId: string, filter: BookingFilter, page: PageRequest, now: Instant): Promise<Page<BookingView>>;
}
