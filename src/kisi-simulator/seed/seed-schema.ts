import { z } from 'zod';

const id = z.int().positive();
const instant = z.iso.datetime({ offset: true });

const placeSchema = z.strictObject({
  id,
  name: z.string().min(1),
  address: z.string().default(''),
  timeZone: z.string().refine(isTimeZone, 'is not an IANA time zone').default('UTC'),
});

const floorSchema = z.strictObject({
  id,
  name: z.string().min(1),
  placeId: id,
  number: z.int().default(0),
  description: z.string().nullable().default(null),
});

const lockSchema = z.strictObject({
  id,
  name: z.string().min(1),
  placeId: id,
  floorId: id.nullable().default(null),
  description: z.string().nullable().default(null),
  online: z.boolean().default(true),
  configured: z.boolean().default(true),
  lockedDown: z.boolean().default(false),
});

const groupSchema = z.strictObject({
  id,
  name: z.string().min(1),
  placeId: id.nullable().default(null),
  description: z.string().nullable().default(null),
  lockIds: z.array(id).default([]),
});

const assignmentSchema = z.strictObject({
  id: id.optional(),
  groupId: id,
  roleId: z.enum(['group_basic', 'group_manager']).default('group_basic'),
  validFrom: instant.nullable().default(null),
  validUntil: instant.nullable().default(null),
  createdById: id.nullable().default(null),
});

const userSchema = z.strictObject({
  id,
  email: z.email(),
  name: z.string().nullable().default(null),
  role: z.enum(['administrator', 'none']).default('none').describe('What the keys of this user may do.'),
  accessEnabled: z.boolean().default(true),
  confirmed: z.boolean().default(true),
  managed: z.boolean().default(false),
  password: z.string().nullable().default(null),
  notes: z.string().nullable().default(null),
  assignments: z.array(assignmentSchema).default([]),
});

const apiKeySchema = z.strictObject({
  userId: id,
  secret: z.string().min(8),
  name: z.string().default('API key'),
  expire: z.boolean().default(false),
});

/** A whole site: what `POST /_simulator/seed` takes. References between its parts are checked too. */
export const seedSchema = z
  .strictObject({
    organization: z.strictObject({ id, name: z.string().min(1), domain: z.string().min(1) }),
    places: z.array(placeSchema),
    floors: z.array(floorSchema).default([]),
    locks: z.array(lockSchema),
    groups: z.array(groupSchema),
    users: z.array(userSchema),
    apiKeys: z.array(apiKeySchema),
  })
  .superRefine(checkReferences);

export type Seed = z.output<typeof seedSchema>;
/** A seed as it is written: what has a default may be left out. */
export type SeedInput = z.input<typeof seedSchema>;

interface SeedShape {
  readonly places: readonly z.output<typeof placeSchema>[];
  readonly floors: readonly z.output<typeof floorSchema>[];
  readonly locks: readonly z.output<typeof lockSchema>[];
  readonly groups: readonly z.output<typeof groupSchema>[];
  readonly users: readonly z.output<typeof userSchema>[];
  readonly apiKeys: readonly z.output<typeof apiKeySchema>[];
}

type Report = (path: readonly (string | number)[], message: string) => void;

function checkReferences(seed: SeedShape, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  for (const name of ['places', 'floors', 'locks', 'groups', 'users'] as const) {
    reportRepeated(
      seed[name].map((row) => row.id),
      (index) => report([name, index, 'id'], 'is used twice'),
    );
  }
  reportRepeated(
    seed.users.map((user) => user.email.toLowerCase()),
    (index) => report(['users', index, 'email'], 'is used twice'),
  );
  reportRepeated(
    seed.apiKeys.map((key) => key.secret),
    (index) => report(['apiKeys', index, 'secret'], 'is used twice'),
  );
  checkDoors(seed, report);
  checkPeople(seed, report);
}

function checkDoors(seed: SeedShape, report: Report): void {
  const places = new Set(seed.places.map((place) => place.id));
  const locks = new Map(seed.locks.map((lock) => [lock.id, lock]));
  const floors = new Map(seed.floors.map((floor) => [floor.id, floor.placeId]));
  for (const [index, floor] of seed.floors.entries()) {
    if (!places.has(floor.placeId)) report(['floors', index, 'placeId'], 'is no place of this seed');
  }
  for (const [index, lock] of seed.locks.entries()) {
    if (!places.has(lock.placeId)) report(['locks', index, 'placeId'], 'is no place of this seed');
    if (lock.floorId !== null && floors.get(lock.floorId) !== lock.placeId) {
      report(['locks', index, 'floorId'], "is no floor of the lock's place");
    }
  }
  for (const [index, group] of seed.groups.entries()) {
    if (group.placeId !== null && !places.has(group.placeId)) {
      report(['groups', index, 'placeId'], 'is no place of this seed');
    }
    for (const [position, lockId] of group.lockIds.entries()) {
      const lock = locks.get(lockId);
      if (lock === undefined) report(['groups', index, 'lockIds', position], 'is no lock of this seed');
      else if (group.placeId !== null && group.placeId !== lock.placeId) {
        report(['groups', index, 'lockIds', position], "is a lock of another place than the group's");
      }
    }
  }
}

function checkPeople(seed: SeedShape, report: Report): void {
  const groups = new Set(seed.groups.map((group) => group.id));
  const users = new Set(seed.users.map((user) => user.id));
  for (const [index, user] of seed.users.entries()) {
    reportRepeated(
      user.assignments.map((row) => row.groupId),
      (position) => report(['users', index, 'assignments', position, 'groupId'], 'is used twice'),
    );
    for (const [position, row] of user.assignments.entries()) {
      const path = ['users', index, 'assignments', position];
      if (!groups.has(row.groupId)) report([...path, 'groupId'], 'is no group of this seed');
      if (row.createdById !== null && !users.has(row.createdById))
        report([...path, 'createdById'], 'is no user of this seed');
    }
  }
  for (const [index, key] of seed.apiKeys.entries()) {
    if (!users.has(key.userId)) report(['apiKeys', index, 'userId'], 'is no user of this seed');
  }
}

function reportRepeated(values: readonly unknown[], report: (index: number) => void): void {
  const seen = new Set<unknown>();
  for (const [index, value] of values.entries()) {
    if (seen.has(value)) report(index);
    seen.add(value);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
