import type { Simulator } from '../simulator';
import { recordHistory } from './history';

/** With the switch `expired_assignments: purged`, deletes what has ended; otherwise expired rows stay until somebody deletes them. */
export function purgeExpired({ store, clock, switches }: Simulator): void {
  if (switches.values.expired_assignments !== 'purged') return;
  const now = clock.now();
  for (const row of store.roleAssignments.all()) {
    if (row.validUntil === null || row.validUntil > now) continue;
    store.roleAssignments.delete(row.id);
    recordHistory(store, row, 'expired_purged', now);
  }
}
