/** What can be wrong: a short name, what it means, and what to do about it. */
export const enProblems = {
  'problem.mapping_missing': 'No door mapped',
  'problem.mapping_missing.message': 'No door is mapped to this resource, plan or pass type, so nobody is let in.',
  'problem.mapping_missing.remedy': 'Map it to a Kisi door or group; access follows by itself.',
  'problem.integration_disconnected': 'Integration not connected',
  'problem.integration_disconnected.message': 'The Kisi integration that opens this door is not connected.',
  'problem.integration_disconnected.remedy':
    'Connect the integration with a valid API key, or map the resource to another integration.',
  'problem.kisi_key_invalid': 'Kisi refuses the API key',
  'problem.kisi_key_invalid.message': 'Kisi refuses the API key of this integration.',
  'problem.kisi_key_invalid.remedy': 'Make a new API key in Kisi as an administrator and save it in the integration.',
  'problem.kisi_unavailable': 'Kisi does not answer',
  'problem.kisi_unavailable.message': 'Kisi does not answer at the moment; we go on trying.',
  'problem.kisi_unavailable.remedy':
    'Nothing to do if it passes soon; see status.kisi.io, and open the door by hand meanwhile.',
  'problem.kisi_refused': 'Kisi refused the change',
  'problem.kisi_refused.message': 'Kisi refused the change for this person and door.',
  'problem.kisi_refused.remedy':
    'See the timeline for what Kisi answered; check the rights of the API key and the group in Kisi.',
  'problem.rate_limited': 'Kisi asks to slow down',
  'problem.rate_limited.message': 'Kisi asks us to slow down; the change is next in line.',
  'problem.rate_limited.remedy': 'Nothing to do; if it stays, see which other tools use the same Kisi user.',
  'problem.group_missing': 'Kisi group missing',
  'problem.group_missing.message': 'The Kisi group or lock that is mapped does not exist.',
  'problem.group_missing.remedy': 'Map the resource to a group or lock that exists in Kisi.',
  'problem.door_group_pending': 'Group being made',
  'problem.door_group_pending.message': 'The Kisi group of this lock is not there yet; the door follows by itself.',
  'problem.door_group_pending.remedy':
    'Nothing to do if it passes within a minute; otherwise see whether the integration answers and enforces.',
  'problem.lock_group_changed': 'Group holds other doors',
  'problem.lock_group_changed.message': 'The group of this door holds other doors too.',
  'problem.lock_group_changed.remedy': 'Take the other doors out of the group in Kisi.',
  'problem.opening_hours_changed': 'Opening hours changed in Kisi',
  'problem.opening_hours_changed.message':
    'Somebody changed the opening hours of this door in Kisi; they are being put right.',
  'problem.opening_hours_changed.remedy':
    'Change opening hours in Latchkey only; if this stays, see whether the integration answers and enforces.',
  'problem.opening_hours_by_hand': 'Opening hours kept by hand',
  'problem.opening_hours_by_hand.message':
    'This group is not ours, so its opening hours in Kisi must be kept equal by hand.',
  'problem.opening_hours_by_hand.remedy':
    'Set the time restriction of the group in Kisi as shown, or map the lock instead of the group.',
  'problem.foreign_assignment': 'Foreign role in Kisi',
  'problem.foreign_assignment.message':
    'This person already has a role in this group that was not given by Latchkey and does not cover the time.',
  'problem.foreign_assignment.remedy': 'Remove the role assignment in Kisi, or hand it over to Latchkey.',
  'problem.modified_outside': 'Changed in Kisi',
  'problem.modified_outside.message': 'Somebody changed this access in Kisi.',
  'problem.modified_outside.remedy':
    'Say under Drift whether Latchkey puts it right or leaves it; ask your team who edits access in Kisi.',
  'problem.deleted_outside': 'Deleted in Kisi',
  'problem.deleted_outside.message': 'Somebody deleted this access in Kisi.',
  'problem.deleted_outside.remedy':
    'Say under Drift whether Latchkey gives it again or leaves it; ask your team who edits access in Kisi.',
  'problem.user_missing': 'Person deleted in Kisi',
  'problem.user_missing.message': 'Somebody deleted this person in Kisi.',
  'problem.user_missing.remedy':
    'Say under Drift whether Latchkey invites the person again or leaves it; ask your team who edits people in Kisi.',
  'problem.invite_not_accepted': 'Invitation not accepted',
  'problem.invite_not_accepted.message': 'The person has not signed in to Kisi yet.',
  'problem.invite_not_accepted.remedy': 'Ask the person to look for the e-mail from Kisi, or send it again.',
  'problem.payment_due': 'Not paid',
  'problem.payment_due.message': 'It is not paid, so it gives no access, or only for the time that the policy allows.',
  'problem.payment_due.remedy':
    'Once it is paid the door opens within seconds; or change the policy on what is not paid.',
  'problem.payment_after_cancellation': 'Paid after cancellation',
  'problem.payment_after_cancellation.message': 'The booking was paid after it had been cancelled; it gives no access.',
  'problem.payment_after_cancellation.remedy': 'Refund the payment in the booking platform.',
  'problem.booking_unknown': 'Payment without booking',
  'problem.booking_unknown.message': 'A payment arrived for a booking that nobody has mentioned yet.',
  'problem.booking_unknown.remedy':
    'Check that the booking platform sends its bookings; the payment is kept for 30 days.',
  'problem.member_unknown': 'Member not known',
  'problem.member_unknown.message': 'It names a member or a team that nobody has described yet.',
  'problem.member_unknown.remedy':
    'Check that the booking platform sends its members and teams; access follows by itself when they come.',
  'problem.mass_revocation_held': 'Mass revocation waits',
  'problem.mass_revocation_held.message':
    'Unusually many people would lose access at once; the change waits for a decision.',
  'problem.mass_revocation_held.remedy': 'Approve or reject the hold.',
  'problem.clock_skew': 'Clocks apart',
  'problem.clock_skew.message': "Kisi's clock and ours are more than two seconds apart.",
  'problem.clock_skew.remedy': 'Check the time synchronisation of the machine that runs Latchkey.',
  'problem.dst_ambiguous': 'Time ambiguous',
  'problem.dst_ambiguous.message': 'The time exists twice or not at all, because clocks change.',
  'problem.dst_ambiguous.remedy': 'Check the times of the booking, or the closing time of the pass type.',
  'problem.location_missing': 'No location',
  'problem.location_missing.message':
    'This pass ends by a local time, and its pass type has no location with a clock to go by.',
  'problem.location_missing.remedy': 'Give the pass type a location; access follows by itself.',
};
