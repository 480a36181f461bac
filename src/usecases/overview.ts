import type { EntitlementState } from '../domain/entitlement';
import type { ProblemCode } from '../domain/problems';
import type { Instant } from '../domain/time';
import type { IntegrationView } from './catalogue';

/** Whether everything is all right, at one instant. */
export interface OverviewView {
  readonly integrations: readonly (Pick<
    IntegrationView,
    'id' | 'name' | 'status' | 'health' | 'healthSince' | 'mode' | 'clockOffsetMs'
  > & { readonly doorsOffline: number })[];
  readonly resources: { readonly total: number; readonly unmapped: number };
  readonly mappings: { readonly total: number; readonly notActive: number };
  /** Only the states that there are. */
  readonly bookingsByState: Readonly<Partial<Record<EntitlementState, number>>>;
  /** Of bookings that have not ended: how many have each problem, the most frequent first. */
  readonly problems: readonly { readonly code: ProblemCode; readonly count: number }[];
  /** People, told apart by their address, for whom a door is open now. */
  readonly peopleInsideNow: number;
  /** What a newcomer has done already. */
  readonly firstSteps: {
    readonly hasIntegration: boolean;
    readonly hasConnection: boolean;
    readonly hasLocation: boolean;
    readonly hasResource: boolean;
    readonly hasMapping: boolean;
    readonly hasBooking: boolean;
    /** Somebody was let in once. */
    readonly hasActive: boolean;
  };
}

/** @param source counts resources and bookings of this source only; null: of all */
export type ReadOverview = (organizationId: string, source: string | null, now: Instant) => Promise<OverviewView>;
