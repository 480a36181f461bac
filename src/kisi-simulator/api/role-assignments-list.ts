import type { Call } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { idFilter, textMatches } from '../http/params';
import type { Reply } from '../http/reply';
import { assigneeTypes, targetTypes, type RoleAssignmentRow } from '../store/rows';
import { keyOf } from '../store/store';
import { presentRoleAssignment } from './role-assignments-present';

interface Filter {
  readonly type: string | null;
  readonly id: number | null;
}

/** Kisi API: `assignee_type` + `assignee_id`, `applies_to_type` + `applies_to_id`, and the deprecated single ids. */
export function listRoleAssignments(call: Call): Reply {
  const { simulator, lists } = call;
  const assignee = readAssignee(call);
  const target = readTarget(call);
  const roleId = call.query.get('role_id');
  const isHidden = expiredAreHidden(call);
  const rows = candidates(call, assignee, target).filter(
    (row) =>
      fits(assignee, row.assigneeType, row.assigneeId) &&
      fits(target, row.targetType, row.targetId) &&
      (roleId === null || row.roleId === roleId) &&
      !isHidden(row) &&
      (!call.query.has('query') || textMatches(call, assigneeTexts(call, row))),
  );
  return answerList(call, rows, usualPages, (row) => presentRoleAssignment(simulator.store, row), {
    'user.name': (row) => (row.assigneeType === 'User' ? (lists.users.get(row.assigneeId)?.name ?? '') : ''),
  });
}

/** The smallest index that holds all that can fit. */
function candidates({ lists }: Call, assignee: Filter, target: Filter): readonly RoleAssignmentRow[] {
  const assigneeKey = assignee.type === null || assignee.id === null ? null : keyOf(assignee.type, assignee.id);
  const targetKey = target.type === null || target.id === null ? null : keyOf(target.type, target.id);
  if (assigneeKey !== null && targetKey !== null)
    return lists.roleAssignments.by('pair', `${assigneeKey}|${targetKey}`);
  if (assigneeKey !== null) return lists.roleAssignments.by('assignee', assigneeKey);
  if (targetKey !== null) return lists.roleAssignments.by('target', targetKey);
  return lists.roleAssignments.all();
}

function readAssignee(call: Call): Filter {
  const { query, actor } = call;
  if (query.get('user_id') === 'me' && actor.kind === 'login') return { type: 'User', id: actor.user.id };
  const userId = idFilter(call, 'user_id');
  if (userId !== null) return { type: 'User', id: userId };
  return { type: oneOf(assigneeTypes, query.get('assignee_type')), id: idFilter(call, 'assignee_id') };
}

function readTarget(call: Call): Filter {
  const groupId = idFilter(call, 'group_id');
  if (groupId !== null) return { type: 'Group', id: groupId };
  const placeId = idFilter(call, 'place_id');
  if (placeId !== null) return { type: 'Place', id: placeId };
  const type = call.query.get('applies_to_type') ?? call.query.get('scope');
  return { type: oneOf(targetTypes, type), id: idFilter(call, 'applies_to_id') };
}

/** A type that Kisi has here but this simulator has not (teams) fits nothing. */
function oneOf(known: readonly string[], wanted: string | null): string | null {
  if (wanted === null || wanted === '') return null;
  return known.find((type) => type.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

function fits(filter: Filter, type: string, id: number): boolean {
  return (filter.type === null || filter.type === type) && (filter.id === null || filter.id === id);
}

function expiredAreHidden({ simulator, now }: Call): (row: RoleAssignmentRow) => boolean {
  const isOn = simulator.switches.values.expired_assignments === 'hidden';
  return (row) => isOn && row.validUntil !== null && row.validUntil <= now;
}

function assigneeTexts({ lists }: Call, row: RoleAssignmentRow): readonly (string | null | undefined)[] {
  const person = row.assigneeType === 'User' ? lists.users.get(row.assigneeId) : lists.guests.get(row.assigneeId);
  return [person?.email, person?.name];
}
