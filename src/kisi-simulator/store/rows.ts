import { z } from 'zod';

/**
 * The rows that the simulator keeps: camelCase, instants as epoch milliseconds.
 *
 * They are schemas so that a state file is parsed like any other input when the simulator starts on it.
 */

const id = z.int().positive();
const instant = z.number();
const base = { id, createdAt: instant, updatedAt: instant };

export const organizationRow = z.object({ ...base, name: z.string(), domain: z.string() });

export const placeRow = z.object({
  ...base,
  name: z.string(),
  address: z.string(),
  timeZone: z.string(),
});

export const floorRow = z.object({
  ...base,
  name: z.string(),
  description: z.string().nullable(),
  number: z.int(),
  placeId: id,
});

export const lockRow = z.object({
  ...base,
  name: z.string(),
  description: z.string().nullable(),
  placeId: id,
  floorId: id.nullable().default(null),
  configured: z.boolean(),
  online: z.boolean(),
  lockedDownSince: instant.nullable(),
});

export const groupRow = z.object({
  ...base,
  name: z.string(),
  description: z.string().nullable(),
  placeId: id.nullable(),
  flags: z.record(z.string(), z.boolean()),
  timeZone: z.string().nullable().default(null),
});

export const scheduleRow = z.object({
  ...base,
  groupId: id,
  name: z.string().nullable(),
  kind: z.enum(['recurring', 'single', 'all_day']),
  consequence: z.enum(['allow', 'deny']),
  override: z.boolean(),
  weekdays: z.array(z.string()),
  startTime: z.string().nullable(),
  endTime: z.string().nullable(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  date: z.string().nullable(),
});

export const groupLockRow = z.object({ ...base, groupId: id, lockId: id });

export const metadataSchema = z.record(
  z.string().max(50),
  z.union([z.string().max(500), z.number(), z.boolean(), z.null()]),
);

export const userRow = z.object({
  ...base,
  email: z.string(),
  name: z.string().nullable(),
  accessEnabled: z.boolean(),
  confirmed: z.boolean(),
  managed: z.boolean(),
  passwordFlowEnabled: z.boolean(),
  password: z.string().nullable(),
  notes: z.string().nullable(),
  metadata: metadataSchema,
  image: z.string().nullable(),
  lastAccessedAt: instant.nullable(),
});

export const loginRow = z.object({
  ...base,
  userId: id,
  type: z.enum(['device', 'api']),
  name: z.string().nullable(),
  secret: z.string(),
  expire: z.boolean(),
  lastUsedAt: instant,
});

export const guestRow = z.object({
  ...base,
  name: z.string(),
  email: z.string().nullable(),
  phoneNumber: z.string().nullable(),
});

export const targetTypes = ['Organization', 'Place', 'Group'] as const;
export type TargetType = (typeof targetTypes)[number];
export const assigneeTypes = ['User', 'Guest'] as const;
export type AssigneeType = (typeof assigneeTypes)[number];

export const roleAssignmentRow = z.object({
  ...base,
  roleId: z.string(),
  notify: z.boolean(),
  targetType: z.enum(targetTypes),
  targetId: id,
  assigneeType: z.enum(assigneeTypes),
  assigneeId: id,
  createdById: id.nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
});

export const groupLinkRow = z.object({
  ...base,
  groupId: id,
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
  linkEnabled: z.boolean(),
  quickResponseCodeType: z.enum(['online', 'offline']).nullable(),
  secret: z.string(),
  issuedById: id.nullable(),
});

export const integrationRow = z.object({
  ...base,
  name: z.string(),
  type: z.literal('event_webhook'),
  url: z.string(),
  enabled: z.boolean(),
  enabledEvents: z.array(z.string()),
  signatureKey: z.string().nullable(),
  failures: z.int(),
  disabledDueToErrorAt: instant.nullable(),
});

export const eventRow = z.object({
  id,
  createdAt: instant,
  uuid: z.string(),
  type: z.string(),
  actorType: z.string().nullable(),
  actorId: id.nullable(),
  actorName: z.string().nullable(),
  actorEmail: z.string().nullable(),
  authenticatedByType: z.string().nullable(),
  authenticatedById: id.nullable(),
  objectType: z.string(),
  objectId: id,
  objectName: z.string().nullable(),
  placeId: id.nullable(),
  success: z.boolean(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
});

export const eventSetRow = z.object({
  ...base,
  from: instant,
  until: instant,
  filters: z.record(z.string(), z.string()),
  lastEventId: z.int(),
  pollsLeft: z.int(),
});

export const mailRow = z.object({
  id,
  kind: z.enum(['onboarding', 'access', 'invite', 'link']),
  to: z.string(),
  sentAt: instant,
  text: z.string(),
});

export const historyKinds = [
  'created',
  'updated',
  'deleted',
  'expired_purged',
  'user_enabled',
  'user_disabled',
  'user_deleted',
  'group_deleted',
  'doors_changed',
] as const;

export const historyRow = z.object({
  id,
  kind: z.enum(historyKinds),
  at: instant,
  recordedAt: instant,
  assignmentId: id,
  userId: id.nullable(),
  email: z.string().nullable(),
  groupId: id.nullable(),
  lockIds: z.array(id),
  opens: z.boolean(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
  roleId: z.string(),
  createdById: id.nullable(),
});

export type OrganizationRow = z.infer<typeof organizationRow>;
export type PlaceRow = z.infer<typeof placeRow>;
export type FloorRow = z.infer<typeof floorRow>;
export type LockRow = z.infer<typeof lockRow>;
export type GroupRow = z.infer<typeof groupRow>;
export type ScheduleRow = z.infer<typeof scheduleRow>;
export type GroupLockRow = z.infer<typeof groupLockRow>;
export type UserRow = z.infer<typeof userRow>;
export type LoginRow = z.infer<typeof loginRow>;
export type GuestRow = z.infer<typeof guestRow>;
export type RoleAssignmentRow = z.infer<typeof roleAssignmentRow>;
export type GroupLinkRow = z.infer<typeof groupLinkRow>;
export type IntegrationRow = z.infer<typeof integrationRow>;
export type EventRow = z.infer<typeof eventRow>;
export type EventSetRow = z.infer<typeof eventSetRow>;
export type MailRow = z.infer<typeof mailRow>;
export type HistoryKind = (typeof historyKinds)[number];
export type HistoryRow = z.infer<typeof historyRow>;
