import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { idField, instantField, parseBody } from '../http/parse-body';
import { toTimestampOrNull, presentBase } from '../http/present';
import { alreadyExists, ok, unprocessable, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { sendMail } from '../rules/mails';
import { checkAssignment, checkWindow, makeAssignment } from '../rules/make-assignment';
import { makeGuest } from '../rules/make-guest';
import { findUserByEmail, makeUser } from '../rules/make-user';
import { findRole } from '../rules/roles';
import type { GuestRow, RoleAssignmentRow, UserRow } from '../store/rows';
import { presentGuest } from './guests';
import { presentUser } from './users-present';

const inviteeSchema = z.discriminatedUnion('resource_type', [
  z.object({ resource_type: z.literal('User'), email: z.email(), name: z.string().nullish() }),
  z.object({
    resource_type: z.literal('Guest'),
    name: z.string().min(1),
    email: z.email().nullable(),
    phone_number: z.string().nullable(),
  }),
]);

const newSchema = z.object({
  notify: z.boolean().default(true),
  // Teams are not simulated.
  invites_to_type: z.enum(['Place', 'Group']),
  invites_to_id: idField,
  invitee: inviteeSchema,
  role_assignment: z.object({
    role_id: z.string().min(1),
    valid_from: instantField.nullish(),
    valid_until: instantField.nullish(),
  }),
});

type Wanted = z.output<typeof newSchema>;
type Invitee = { readonly type: 'User'; readonly row: UserRow } | { readonly type: 'Guest'; readonly row: GuestRow };

/**
 * Kisi API, invites: makes the user or guest and the role assignment in one call. Invites cannot be listed, read or
 * deleted. What becomes of an address that is a user already is a switch.
 */
function createInvite(call: Call): Reply {
  const { simulator, actor, now } = call;
  const wanted = parseBody(call, 'invite', newSchema);
  checkTarget(call, wanted);
  const invitee = findOrMakeInvitee(call, wanted);
  const assignment = {
    ...targetOf(wanted),
    assigneeType: invitee.type,
    assigneeId: invitee.row.id,
  };
  checkAssignment(simulator, assignment);
  const row = makeAssignment(simulator, actor, assignment);
  const object = { type: 'Invite', id: row.id, name: invitee.row.name };
  emit(simulator, actor, 'invite.create', object);
  const to = invitee.row.email;
  if (wanted.notify && to !== null)
    sendMail(simulator, 'invite', to, 'You have been invited. Get the app and sign in.');
  return ok(presentInvite(call, wanted, invitee, row, now));
}

function targetOf({ invites_to_type: targetType, invites_to_id: targetId, role_assignment: role }: Wanted) {
  return {
    roleId: role.role_id,
    // The invitation is the one mail.
    notify: false,
    targetType,
    targetId,
    validFrom: role.valid_from ?? null,
    validUntil: role.valid_until ?? null,
  };
}

/** Whatever can be refused is refused before anybody is made. */
function checkTarget({ simulator }: Call, wanted: Wanted): void {
  const target = targetOf(wanted);
  const table = target.targetType === 'Group' ? simulator.store.groups : simulator.store.places;
  if (table.get(target.targetId) === undefined) throw unprocessable({ invites_to: ['must exist'] });
  if (findRole(target.roleId)?.appliesTo !== target.targetType) throw unprocessable({ role_id: ['is invalid'] });
  checkWindow(target);
}

function findOrMakeInvitee({ simulator, actor }: Call, { invitee }: Wanted): Invitee {
  if (invitee.resource_type === 'Guest') {
    const { name, email, phone_number: phoneNumber } = invitee;
    return { type: 'Guest', row: makeGuest(simulator, actor, { name, email, phoneNumber }) };
  }
  const known = findUserByEmail(simulator, invitee.email);
  if (known !== undefined) {
    const rule = simulator.switches.values.invite_existing_user;
    if (rule === 'conflict') throw alreadyExists();
    if (rule === 'unprocessable') throw unprocessable({ email: ['has already been taken'] });
    return { type: 'User', row: known };
  }
  const email = invitee.email.trim();
  const made = makeUser(simulator, actor, { email, name: invitee.name ?? null, managed: false, confirmed: false });
  return { type: 'User', row: made };
}

function presentInvite({ simulator }: Call, wanted: Wanted, invitee: Invitee, row: RoleAssignmentRow, now: number) {
  return {
    ...presentBase('Invite', { id: row.id, createdAt: now, updatedAt: now }),
    notify: wanted.notify,
    invites_to_type: wanted.invites_to_type,
    invites_to_id: wanted.invites_to_id,
    invitee_type: invitee.type,
    invitee_id: invitee.row.id,
    invitee: invitee.type === 'User' ? presentUser(simulator.store, invitee.row) : presentGuest(invitee.row),
    role_assignment_id: row.id,
    role_assignment: {
      id: row.id,
      resource_type: 'RoleAssignment',
      role_id: row.roleId,
      valid_from: toTimestampOrNull(row.validFrom),
      valid_until: toTimestampOrNull(row.validUntil),
    },
  };
}

export const inviteRoutes: readonly Route[] = [
  { method: 'post', path: '/invites', access: 'admin', handle: createInvite },
];
