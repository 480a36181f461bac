import type { Actor } from '../http/call';
import { alreadyExists, notFound, unprocessable } from '../http/reply';
import type { Simulator } from '../simulator';
import type { AssigneeType, RoleAssignmentRow, TargetType } from '../store/rows';
import { keyOf, type Store } from '../store/store';
import { emit } from './events';
import { recordHistory } from './history';
import { notifyOfAccess } from './mails';
import { findRole } from './roles';

export interface NewAssignment {
  readonly roleId: string;
  readonly notify: boolean;
  readonly targetType: TargetType;
  readonly targetId: number;
  readonly assigneeType: AssigneeType;
  readonly assigneeId: number;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}

/**
 * Refuses what Kisi would refuse: unknown role, person or object, a window that ends before it begins, a second assignment.
 *
 * @throws Refusal
 */
export function checkAssignment(simulator: Simulator, wanted: NewAssignment): void {
  const { switches, store } = simulator;
  const role = findRole(wanted.roleId);
  if (role === undefined || role.appliesTo !== wanted.targetType) throw unprocessable({ role_id: ['is invalid'] });
  const isMissing = switches.values.unknown_reference === 'not_found' ? notFound : null;
  if (!assigneeExists(store, wanted)) throw isMissing?.() ?? unprocessable({ assignee: ['must exist'] });
  if (!targetExists(store, wanted)) throw isMissing?.() ?? unprocessable({ applies_to: ['must exist'] });
  checkWindow(wanted);
  if (!hasRoomFor(simulator, wanted)) {
    if (switches.values.duplicate_assignment === 'unprocessable') {
      throw unprocessable({ assignee: ['has already been taken'] });
    }
    throw alreadyExists();
  }
}

/** Kisi API: a window begins before it ends, and only group assignments have one. @throws Refusal 422 */
export function checkWindow(wanted: Pick<NewAssignment, 'targetType' | 'validFrom' | 'validUntil'>): void {
  const { validFrom, validUntil } = wanted;
  if (wanted.targetType !== 'Group' && (validFrom !== null || validUntil !== null)) {
    throw unprocessable({ valid_until: ['is only allowed for groups'] });
  }
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil) {
    throw unprocessable({ valid_until: ['must be after valid from'] });
  }
}

/** Makes an assignment that was checked, with its event, its mail and its first line in the history. */
export function makeAssignment(simulator: Simulator, actor: Actor, wanted: NewAssignment): RoleAssignmentRow {
  const { store, clock } = simulator;
  const now = clock.now();
  const row = store.roleAssignments.put({
    id: store.roleAssignments.nextId(),
    createdAt: now,
    updatedAt: now,
    createdById: actor.kind === 'login' ? actor.user.id : null,
    ...wanted,
  });
  recordHistory(store, row, 'created', now);
  emit(simulator, actor, 'role_assignment.create', { type: 'RoleAssignment', id: row.id });
  if (row.notify && row.assigneeType === 'User') {
    notifyOfAccess(simulator, store.users.get(row.assigneeId), store.groups.get(row.targetId)?.name ?? 'the doors');
  }
  return row;
}

function assigneeExists(store: Store, { assigneeType, assigneeId }: NewAssignment): boolean {
  return (assigneeType === 'User' ? store.users.get(assigneeId) : store.guests.get(assigneeId)) !== undefined;
}

function targetExists(store: Store, { targetType, targetId }: NewAssignment): boolean {
  if (targetType === 'Group') return store.groups.get(targetId) !== undefined;
  return (targetType === 'Place' ? store.places.get(targetId) : store.organizations.get(targetId)) !== undefined;
}

function hasRoomFor({ store, switches, clock }: Simulator, wanted: NewAssignment): boolean {
  const { duplicate_assignment: rule, expired_assignments: expired } = switches.values;
  if (rule === 'allowed') return true;
  const pair = `${keyOf(wanted.assigneeType, wanted.assigneeId)}|${keyOf(wanted.targetType, wanted.targetId)}`;
  return store.roleAssignments.by('pair', pair).every((row) => {
    if (expired === 'not_blocking' && row.validUntil !== null && row.validUntil <= clock.now()) return true;
    return rule === 'allowed_unless_overlapping' && !overlap(row, wanted);
  });
}

type Window = Pick<NewAssignment, 'validFrom' | 'validUntil'>;

function overlap(a: Window, b: Window): boolean {
  return (
    (a.validFrom ?? -Infinity) < (b.validUntil ?? Infinity) && (b.validFrom ?? -Infinity) < (a.validUntil ?? Infinity)
  );
}
