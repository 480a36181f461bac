import type { BookingState } from '../lives';

/** What each kind of fact says. Instants in epoch milliseconds, compressed. */
export interface MemberState {
  readonly kind: 'member';
  readonly email: string;
  readonly status: 'active' | 'left';
}

export interface TeamState {
  readonly kind: 'team';
  readonly memberIds: readonly string[];
}

export type Holder = { readonly memberId: string } | { readonly teamId: string };

export interface SubscriptionState {
  readonly kind: 'subscription';
  readonly status: 'trialing' | 'active' | 'past_due' | 'paused' | 'cancelled' | 'ended';
  readonly planId: string;
  readonly holder: Holder;
  readonly startsAt: number;
  readonly endsAt: number | null;
  /** Of `past_due`. */
  readonly pastDueAt: number | null;
  /** Of `paused`: null begins with the fact, and ends with another one. */
  readonly pausedFrom: number | null;
  readonly resumesAt: number | null;
}

export interface PassState {
  readonly kind: 'pass';
  readonly status: 'active' | 'used_up' | 'cancelled';
  readonly passTypeId: string;
  readonly memberId: string;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly totalUses: number | null;
  readonly uses: number | null;
}

export interface GuestedBookingState extends BookingState {
  readonly kind: 'booking';
  readonly memberId: string;
  readonly memberEmail: string;
  /** Addresses. */
  readonly guests: readonly string[];
}

export type FactState = MemberState | TeamState | SubscriptionState | PassState | GuestedBookingState;
export type EntitlementState = SubscriptionState | PassState | GuestedBookingState;

/** All that is said about one thing, in order. The place of a fact, from 1, is its version. */
export interface Course<State extends FactState = FactState> {
  readonly id: string;
  /** Members that must be known before: their ids. */
  readonly needs: readonly string[];
  readonly steps: readonly { readonly at: number; readonly state: State }[];
}

/** When a fact left and when the service had it. Epoch milliseconds. */
export interface Delivered<State extends FactState = FactState> {
  readonly state: State;
  readonly sentAt: number;
  readonly acceptedAt: number;
}

export interface PlayedCourse<State extends FactState = FactState> {
  readonly id: string;
  readonly deliveries: readonly Delivered<State>[];
}

/** What the rehearsal's plans and pass types open: wings by number. */
export const PLAN_WINGS = { desk: [0, 1], office: [0, 1, 2], team: [0, 3] } as const;
export const PASS_TYPE_WINGS = { day: [0], visits: [0, 2] } as const;
export const ROOMS = ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8'] as const;
