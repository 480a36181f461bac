import type { EntitlementKind } from '../domain/entitlement';
import type { EntitlementFacts } from '../domain/entitlement-facts';
import type { Instant } from '../domain/time';
import type { BookingFilter, CommonView } from './bookings';
import type { Page, PageRequest } from './catalogue';
import type { EntitlementKey } from './ports';

/** An entitlement of any kind as people see it, with the names that whatever it is of and whoever it is for have now. */
export interface EntitlementView extends CommonView {
  readonly kind: EntitlementKind;
  readonly said: EntitlementFacts;
  readonly planId: string | null;
  readonly passTypeId: string | null;
  /** Of the resource, plan or pass type. */
  readonly subjectName: string | null;
  readonly teamId: string | null;
  readonly teamName: string | null;
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
