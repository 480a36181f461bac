import type { BookingState } from '../../api/catalogue';
import type { Tone } from '../../components/state-badge';

type State = BookingState['state'];
type DoorState = BookingState['doors'][number]['state'];
type ProblemCode = BookingState['problems'][number]['code'];

/** How good a state is. Every state of a booking, in the order in which a filter offers them. */
export const STATE_TONES: Record<State, Tone> = {
  active: 'good',
  scheduled: 'busy',
  provisioning: 'busy',
  blocked: 'bad',
  awaiting_payment: 'wait',
  awaiting_confirmation: 'wait',
  suspended: 'bad',
  revoking: 'busy',
  ended: 'quiet',
};

export const DOOR_TONES: Record<DoorState, Tone> = {
  open: 'good',
  scheduled: 'busy',
  provisioning: 'busy',
  revoking: 'busy',
  observed: 'wait',
  blocked: 'bad',
  closed: 'quiet',
};

const PROBLEMS: Record<ProblemCode, true> = {
  mapping_missing: true,
  integration_disconnected: true,
  kisi_key_invalid: true,
  kisi_unavailable: true,
  kisi_refused: true,
  rate_limited: true,
  group_missing: true,
  door_group_pending: true,
  lock_group_changed: true,
  opening_hours_changed: true,
  opening_hours_by_hand: true,
  foreign_assignment: true,
  modified_outside: true,
  deleted_outside: true,
  user_missing: true,
  invite_not_accepted: true,
  payment_due: true,
  payment_after_cancellation: true,
  booking_unknown: true,
  member_unknown: true,
  mass_revocation_held: true,
  clock_skew: true,
  dst_ambiguous: true,
  location_missing: true,
};

export const isState = (text: string): text is State => Object.hasOwn(STATE_TONES, text);
export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);
export const STATES = Object.keys(STATE_TONES).filter(isState);
export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

/** The page of one booking. Ids of platforms may hold anything, so they stand in the query. */
export const bookingAddress = ({ source, id }: { readonly source: string; readonly id: string }): string =>
  `/bookings/booking?${new URLSearchParams({ source, id }).toString()}`;
