import { z } from 'zod';
import { toTimestamp, toTimestampOrNull } from '../http/present';
import { decideUnlock, isValidAt, isWithinHours, lockIdsOf, personTrouble } from '../rules/access';
import { findRole } from '../rules/roles';
import { decideForUser } from '../rules/unlock';
import type { Simulator } from '../simulator';
import type { RoleAssignmentRow } from '../store/rows';
import type { ControlInput } from './control-routes';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const accessQuery = z.object({ email: z.string(), lockId: z.coerce.number().int(), at: instant.optional() });
const accessesQuery = z.object({ at: instant.optional() });
const historyQuery = z.object({
  since: z.coerce.number().int().default(0),
  limit: z.coerce.number().int().default(5_000),
});

const presentAssignment = (row: RoleAssignmentRow) => ({
  id: row.id,
  groupId: row.targetType === 'Group' ? row.targetId : null,
  validFrom: toTimestampOrNull(row.validFrom),
  validUntil: toTimestampOrNull(row.validUntil),
});

/** What the door would do for this address, at an instant or now. */
export function explainAccess(simulator: Simulator, { query }: ControlInput) {
  const { email, lockId, at = simulator.clock.now() } = accessQuery.parse(Object.fromEntries(query));
  const user = simulator.store.users.first('email', email.trim().toLowerCase());
  const lock = simulator.store.locks.get(lockId);
  if (user === undefined) return { allowed: false, reason: 'user_unknown', assignments: [] };
  if (lock === undefined) return { allowed: false, reason: 'lock_unknown', assignments: [] };
  const { allowed, reason, assignments } = decideForUser(simulator, user, lock, at);
  return { allowed, reason, assignments: assignments.map(presentAssignment) };
}

/** Everyone who could open anything at an instant: one line for each person, door and assignment. */
export function listAccesses(simulator: Simulator, { query }: ControlInput) {
  const { at = simulator.clock.now() } = accessesQuery.parse(Object.fromEntries(query));
  const { store, switches } = simulator;
  return store.roleAssignments
    .all()
    .filter((row) => row.assigneeType === 'User' && isValidAt(row, at) && findRole(row.roleId)?.canUnlock === true)
    .flatMap((row) => {
      const user = store.users.get(row.assigneeId);
      if (user === undefined || personTrouble(user, switches.values) !== null) return [];
      return lockIdsOf(store, row).flatMap((lockId) => {
        const lock = store.locks.get(lockId);
        if (lock === undefined || !decideUnlock(store, switches.values, user, lock, at).allowed) return [];
        if (!isWithinHours(store, switches.values, row, lock, at)) return [];
        return [
          {
            email: user.email,
            lockId,
            groupId: row.targetType === 'Group' ? row.targetId : null,
            assignmentId: row.id,
          },
        ];
      });
    });
}

/** What each assignment was and when it changed, oldest first: enough to tell what every door did at any past instant. */
export function listHistory({ store }: Simulator, { query }: ControlInput) {
  const { since, limit } = historyQuery.parse(Object.fromEntries(query));
  return store.history
    .all()
    .filter((row) => row.id > since)
    .slice(0, limit)
    .map(({ at, recordedAt, validFrom, validUntil, ...row }) => ({
      ...row,
      at: toTimestamp(at),
      recordedAt: toTimestamp(recordedAt),
      validFrom: toTimestampOrNull(validFrom),
      validUntil: toTimestampOrNull(validUntil),
    }));
}
