import type { Instant } from './time';

/** What can be wrong, closed: pages, alerts and documentation list exactly these. */
export const PROBLEM_CODES = [
  'mapping_missing',
  'integration_disconnected',
  'kisi_key_invalid',
  'kisi_unavailable',
  'kisi_refused',
  'rate_limited',
  'group_missing',
  'door_group_pending',
  'lock_group_changed',
  'opening_hours_changed',
  'opening_hours_by_hand',
  'foreign_assignment',
  'modified_outside',
  'deleted_outside',
  'user_missing',
  'invite_not_accepted',
  'payment_due',
  'payment_after_cancellation',
  'booking_unknown',
  'member_unknown',
  'mass_revocation_held',
  'clock_skew',
  'dst_ambiguous',
  'location_missing',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** A thing that keeps an entitlement from being as it should, with what an operator can do about it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string;
  readonly since: Instant;
}

const TEXTS: Record<ProblemCode, { readonly message: string; readonly remedy: string }> = {
  mapping_missing: {
    message: 'No door is mapped to this resource, plan or pass type, so nobody is let in.',
    remedy: 'Map it to a Kisi door or group; access follows by itself.',
  },
  integration_disconnected: {
    message: 'The Kisi integration that opens this door is not connected.',
    remedy: 'Connect the integration with a valid API key, or map the resource to another integration.',
  },
  kisi_key_invalid: {
    message: 'Kisi refuses the API key of this integration.',
    remedy: 'Make a new API key in Kisi as an administrator and save it in the integration.',
  },
  kisi_unavailable: {
    message: 'Kisi does not answer at the moment; we go on trying.',
    remedy: 'Nothing to do if it passes soon; see status.kisi.io, and open the door by hand meanwhile.',
  },
  kisi_refused: {
    message: 'Kisi refused the change for this person and door.',
    remedy: 'See the timeline for what Kisi answered; check the rights of the API key and the group in Kisi.',
  },
  rate_limited: {
    message: 'Kisi asks us to slow down; the change is next in line.',
    remedy: 'Nothing to do; if it stays, see which other tools use the same Kisi user.',
  },
  group_missing: {
    message: 'The Kisi group or lock that is mapped does not exist.',
    remedy: 'Map the resource to a group or lock that exists in Kisi.',
  },
  door_group_pending: {
    message: 'The Kisi group of this lock is not there yet; the door follows by itself.',
    remedy: 'Nothing to do if it passes within a minute; otherwise see whether the integration answers and enforces.',
  },
  lock_group_changed: {
    message: 'The group of this door holds other doors too.',
    remedy: 'Take the other doors out of the group in Kisi.',
  },
  opening_hours_changed: {
    message: 'Somebody changed the opening hours of this door in Kisi; they are being put right.',
    remedy: 'Change opening hours in Latchkey only; if this stays, see whether the integration answers and enforces.',
  },
  opening_hours_by_hand: {
    message: 'This group is not ours, so its opening hours in Kisi must be kept equal by hand.',
    remedy: 'Set the time restriction of the group in Kisi as shown, or map the lock instead of the group.',
  },
  foreign_assignment: {
    message: 'This person already has a role in this group that was not given by Latchkey and does not cover the time.',
    remedy: 'Remove the role assignment in Kisi, or hand it over to Latchkey.',
  },
  modified_outside: {
    message: 'Somebody changed this access in Kisi.',
    remedy: 'Say under Drift whether Latchkey puts it right or leaves it; ask your team who edits access in Kisi.',
  },
  deleted_outside: {
    message: 'Somebody deleted this access in Kisi.',
    remedy: 'Say under Drift whether Latchkey gives it again or leaves it; ask your team who edits access in Kisi.',
  },
  user_missing: {
    message: 'Somebody deleted this person in Kisi.',
    remedy:
      'Say under Drift whether Latchkey invites the person again or leaves it; ask your team who edits people in Kisi.',
  },
  invite_not_accepted: {
    message: 'The person has not signed in to Kisi yet.',
    remedy: 'Ask the person to look for the e-mail from Kisi, or send it again.',
  },
  payment_due: {
    message: 'It is not paid, so it gives no access, or only for the time that the policy allows.',
    remedy: 'Once it is paid the door opens within seconds; or change the policy on what is not paid.',
  },
  payment_after_cancellation: {
    message: 'The booking was paid after it had been cancelled; it gives no access.',
    remedy: 'Refund the payment in the booking platform.',
  },
  booking_unknown: {
    message: 'A payment arrived for a booking that nobody has mentioned yet.',
    remedy: 'Check that the booking platform sends its bookings; the payment is kept for 30 days.',
  },
  member_unknown: {
    message: 'It names a member or a team that nobody has described yet.',
    remedy: 'Check that the booking platform sends its members and teams; access follows by itself when they come.',
  },
  mass_revocation_held: {
    message: 'Unusually many people would lose access at once; the change waits for a decision.',
    remedy: 'Approve or reject the hold.',
  },
  clock_skew: {
    message: "Kisi's clock and ours are more than two seconds apart.",
    remedy: 'Check the time synchronisation of the machine that runs Latchkey.',
  },
  dst_ambiguous: {
    message: 'The time exists twice or not at all, because clocks change.',
    remedy: 'Check the times of the booking, or the closing time of the pass type.',
  },
  location_missing: {
    message: 'This pass ends by a local time, and its pass type has no location with a clock to go by.',
    remedy: 'Give the pass type a location; access follows by itself.',
  },
};

/** Problems that keep a door shut until somebody mends something; the others only inform. */
const BLOCKING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'mapping_missing',
  'integration_disconnected',
  'kisi_key_invalid',
  'kisi_refused',
  'group_missing',
  'lock_group_changed',
  'opening_hours_changed',
  'foreign_assignment',
  'user_missing',
  'location_missing',
  'booking_unknown',
]);

/** The problem with its texts. @param since when it was first seen */
export function describeProblem(code: ProblemCode, since: Instant): Problem {
  return { code, ...TEXTS[code], since };
}

/** True when the entitlement shows as `blocked` because of this problem. */
export function isBlocking(code: ProblemCode): boolean {
  return BLOCKING.has(code);
}
