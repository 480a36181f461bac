import { recordHistory } from '../rules/history';
import type { Simulator } from '../simulator';
import type { Store } from '../store/store';
import { seedSchema, type Seed } from './seed-schema';

type Dated = { readonly createdAt: number; readonly updatedAt: number };

/** Empties the simulator and makes this site; the clock runs in real time again, switches are at their defaults. */
export function plant(simulator: Simulator, seed: Seed): void {
  const { store, clock, switches, faults, requests, limiter, webhooks, usersMadeAt } = simulator;
  store.clear();
  store.saveSetting('seed', seed);
  clock.reload();
  switches.reload();
  faults.clear();
  requests.clear();
  limiter.clear();
  webhooks.clear();
  usersMadeAt.clear();
  const now = clock.now();
  const dated = { createdAt: now, updatedAt: now };
  plantSite(store, seed, dated, now);
  plantPeople(store, seed, dated);
  plantRights(store, seed, dated, now);
}

/** The seed that a reset goes back to, as it was saved. */
export function savedSeed(store: Store): Seed | null {
  const saved = seedSchema.safeParse(store.setting('seed'));
  return saved.success ? saved.data : null;
}

function plantSite(store: Store, seed: Seed, dated: Dated, now: number): void {
  store.organizations.put({ ...dated, ...seed.organization });
  for (const place of seed.places) store.places.put({ ...dated, ...place });
  for (const floor of seed.floors) store.floors.put({ ...dated, ...floor });
  for (const { lockedDown, ...lock } of seed.locks) {
    store.locks.put({ ...dated, ...lock, lockedDownSince: lockedDown ? now : null });
  }
  for (const { lockIds, ...group } of seed.groups) {
    store.groups.put({ ...dated, ...group, flags: {}, timeZone: null });
    for (const lockId of new Set(lockIds)) {
      store.groupLocks.put({ ...dated, id: Math.max(store.groupLocks.nextId(), 7001), groupId: group.id, lockId });
    }
  }
}

function plantPeople(store: Store, seed: Seed, dated: Dated): void {
  for (const user of seed.users) {
    const { id, email, name, accessEnabled, confirmed, managed, password, notes } = user;
    store.users.put({
      ...dated,
      ...{ id, email, name, accessEnabled, confirmed, managed, password, notes },
      passwordFlowEnabled: true,
      metadata: {},
      image: null,
      lastAccessedAt: null,
    });
  }
  for (const key of seed.apiKeys) {
    const id = Math.max(store.logins.nextId(), 8001);
    store.logins.put({ ...dated, id, ...key, type: 'api', lastUsedAt: dated.createdAt });
  }
}

function plantRights(store: Store, seed: Seed, dated: Dated, now: number): void {
  const common = { ...dated, notify: false, assigneeType: 'User' as const };
  const given = seed.users.flatMap((user) => user.assignments);
  store.roleAssignments.raiseLastId(Math.max(6000, ...given.map((row) => row.id ?? 0)));
  for (const user of seed.users) {
    for (const row of user.assignments) {
      const made = store.roleAssignments.put({
        ...common,
        id: row.id ?? store.roleAssignments.nextId(),
        assigneeId: user.id,
        roleId: row.roleId,
        targetType: 'Group',
        targetId: row.groupId,
        createdById: row.createdById,
        validFrom: row.validFrom === null ? null : Date.parse(row.validFrom),
        validUntil: row.validUntil === null ? null : Date.parse(row.validUntil),
      });
      recordHistory(store, made, 'created', now);
    }
    if (user.role !== 'administrator') continue;
    const made = store.roleAssignments.put({
      ...common,
      id: store.roleAssignments.nextId(),
      assigneeId: user.id,
      roleId: 'administrator',
      targetType: 'Organization',
      targetId: seed.organization.id,
      createdById: null,
      validFrom: null,
      validUntil: null,
    });
    recordHistory(store, made, 'created', now);
  }
}
