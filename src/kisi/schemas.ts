import { z } from 'zod';

/** Kisi's objects, as far as we use them; unknown keys are left alone. Source: Kisi API, OpenAPI of 2026. */

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const userSchema = z.object({
  id: z.int(),
  email: z.string().nullish(),
  access_enabled: z.boolean().optional(),
});

export const whoAmISchema = z.object({
  id: z.int(),
  name: z.string().nullish(),
  organization: z.object({ id: z.int(), name: z.string().nullish() }),
});

export const assignmentSchema = z
  .object({
    id: z.int(),
    role_id: z.string(),
    applies_to_type: z.string(),
    applies_to_id: z.int().nullish(),
    assignee_type: z.string(),
    assignee_id: z.int().nullish(),
    valid_from: instant.nullish(),
    valid_until: instant.nullish(),
    created_by_type: z.string().nullish(),
    created_by_id: z.int().nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    roleId: raw.role_id,
    groupId: raw.applies_to_type === 'Group' ? (raw.applies_to_id ?? null) : null,
    userId: raw.assignee_type === 'User' ? (raw.assignee_id ?? null) : null,
    validFrom: raw.valid_from ?? null,
    validUntil: raw.valid_until ?? null,
    createdByUserId: raw.created_by_type === 'User' ? (raw.created_by_id ?? null) : null,
  }));

export type KisiAssignment = z.output<typeof assignmentSchema>;

export const groupSchema = z.object({
  id: z.int(),
  name: z.string(),
  place_id: z.int().nullish(),
  place: z.object({ name: z.string() }).nullish(),
  locks_count: z.int().nullish(),
  elevator_stops_count: z.int().nullish(),
  time_restriction_enabled: z.boolean().nullish(),
  time_restriction_time_zone: z.string().nullish(),
});
export const lockSchema = z.object({
  id: z.int(),
  name: z.string(),
  place_id: z.int().nullish(),
  place: z.object({ name: z.string() }).nullish(),
  floor_id: z.int().nullish(),
  online: z.boolean().nullish(),
});
export const floorSchema = z.object({ id: z.int(), name: z.string() });
export const groupLockSchema = z.object({ id: z.int(), group_id: z.int(), lock_id: z.int() });
export const placeSchema = z.object({ id: z.int(), name: z.string(), time_zone: z.string().nullish() });
export const organizationSchema = z.object({ id: z.int(), name: z.string().nullish() });

/** What an error says: `{ error, code }`, or on 422 `{ errors: { field: [...] } }`. Source: Kisi API, error handling. */
export const errorSchema = z.object({
  error: z.string().optional(),
  code: z.string().optional(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
});
