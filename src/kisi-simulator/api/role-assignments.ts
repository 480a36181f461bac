import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { findRow } from '../http/params';
import { idField, instantField, parseBody } from '../http/parse-body';
import { noContent, notFound, ok, unprocessable, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { recordHistory } from '../rules/history';
import { notifyOfAccess } from '../rules/mails';
import { checkAssignment, checkWindow, makeAssignment, type NewAssignment } from '../rules/make-assignment';
import { findUserByEmail, makeUser } from '../rules/make-user';
import { removeAssignment } from '../rules/remove';
import { findRole } from '../rules/roles';
import { assigneeTypes, targetTypes, type AssigneeType, type TargetType } from '../store/rows';
import { listRoleAssignments } from './role-assignments-list';
import { presentRoleAssignment } from './role-assignments-present';

const newSchema = z.object({
  role_id: z.string().min(1),
  notify: z.boolean().default(false),
  applies_to_type: z.enum(targetTypes).optional(),
  applies_to_id: idField.optional(),
  assignee_type: z.enum([...assigneeTypes, 'Team']).optional(),
  assignee_id: idField.optional(),
  valid_from: instantField.nullish(),
  valid_until: instantField.nullish(),
  user_id: idField.optional(),
  group_id: idField.optional(),
  place_id: idField.optional(),
  organization_id: idField.optional(),
  email: z.string().optional(),
});

type Body = z.output<typeof newSchema>;

const changeSchema = z.object({
  role_id: z.string().min(1).optional(),
  notify: z.boolean().optional(),
  valid_from: instantField.nullish(),
  valid_until: instantField.nullish(),
});

function createRoleAssignment(call: Call): Reply {
  const { simulator, actor } = call;
  const body = parseBody(call, 'role_assignment', newSchema);
  const wanted: NewAssignment = {
    roleId: body.role_id,
    notify: body.notify,
    ...readTarget(body),
    ...readAssignee(call, body),
    validFrom: keepInstant(call, body.valid_from ?? null),
    validUntil: keepInstant(call, body.valid_until ?? null),
  };
  checkAssignment(simulator, wanted);
  return ok(presentRoleAssignment(simulator.store, makeAssignment(simulator, actor, wanted)));
}

/** The new pair of names or the deprecated single ids, which guides and integrations still use. */
function readTarget(body: Body): { targetType: TargetType; targetId: number } {
  if (body.applies_to_type !== undefined && body.applies_to_id !== undefined) {
    return { targetType: body.applies_to_type, targetId: body.applies_to_id };
  }
  if (body.group_id !== undefined) return { targetType: 'Group', targetId: body.group_id };
  if (body.place_id !== undefined) return { targetType: 'Place', targetId: body.place_id };
  if (body.organization_id !== undefined) return { targetType: 'Organization', targetId: body.organization_id };
  throw unprocessable({ applies_to: ["can't be blank"] });
}

function readAssignee(call: Call, body: Body): { assigneeType: AssigneeType; assigneeId: number } {
  if (body.assignee_type !== undefined && body.assignee_id !== undefined) {
    // Teams are not simulated: there is none with that id.
    if (body.assignee_type === 'Team') throw notFound();
    return { assigneeType: body.assignee_type, assigneeId: body.assignee_id };
  }
  if (body.user_id !== undefined) return { assigneeType: 'User', assigneeId: body.user_id };
  const { simulator, actor } = call;
  if (body.email !== undefined && simulator.switches.values.assignment_by_email === 'honoured') {
    const user =
      findUserByEmail(simulator, body.email) ??
      makeUser(simulator, actor, { email: body.email, name: null, managed: false, confirmed: false });
    return { assigneeType: 'User', assigneeId: user.id };
  }
  throw unprocessable({ assignee: ["can't be blank"] });
}

function keepInstant({ simulator }: Call, at: number | null): number | null {
  if (at === null || simulator.switches.values.timestamps === 'as_sent') return at;
  return Math.floor(at / 1_000) * 1_000;
}

function updateRoleAssignment(call: Call): Reply {
  const { simulator, actor, now } = call;
  const { store, switches } = simulator;
  const before = findRow(call, store.roleAssignments);
  const body = parseBody(call, 'role_assignment', changeSchema);
  const hasDates = body.valid_from !== undefined || body.valid_until !== undefined;
  const rule = switches.values.patch_assignment_dates;
  if (hasDates && rule === 'rejected') throw unprocessable({ valid_until: ['cannot be changed'] });
  if (body.role_id !== undefined && findRole(body.role_id)?.appliesTo !== before.targetType) {
    throw unprocessable({ role_id: ['is invalid'] });
  }
  const appliesDates = hasDates && rule === 'applied';
  const validFrom = body.valid_from === undefined ? before.validFrom : keepInstant(call, body.valid_from);
  const validUntil = body.valid_until === undefined ? before.validUntil : keepInstant(call, body.valid_until);
  if (appliesDates) checkWindow({ targetType: before.targetType, validFrom, validUntil });
  const row = store.roleAssignments.put({
    ...before,
    roleId: body.role_id ?? before.roleId,
    notify: body.notify ?? before.notify,
    ...(appliesDates ? { validFrom, validUntil } : {}),
    updatedAt: now,
  });
  recordHistory(store, row, 'updated', now);
  emit(simulator, actor, 'role_assignment.update', { type: 'RoleAssignment', id: row.id });
  if (body.notify === true && row.assigneeType === 'User') {
    notifyOfAccess(simulator, store.users.get(row.assigneeId), store.groups.get(row.targetId)?.name ?? 'the doors');
  }
  return noContent;
}

function deleteRoleAssignment(call: Call): Reply {
  removeAssignment(call.simulator, call.actor, findRow(call, call.simulator.store.roleAssignments));
  return noContent;
}

function readRoleAssignment(call: Call): Reply {
  const { store } = call.simulator;
  return ok(presentRoleAssignment(store, findRow(call, store.roleAssignments)));
}

export const roleAssignmentRoutes: readonly Route[] = [
  { method: 'get', path: '/role_assignments', access: 'admin', isList: true, handle: listRoleAssignments },
  { method: 'post', path: '/role_assignments', access: 'admin', handle: createRoleAssignment },
  { method: 'get', path: '/role_assignments/:id', access: 'admin', handle: readRoleAssignment },
  { method: 'patch', path: '/role_assignments/:id', access: 'admin', handle: updateRoleAssignment },
  { method: 'delete', path: '/role_assignments/:id', access: 'admin', handle: deleteRoleAssignment },
];
