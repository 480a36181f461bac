import { z } from 'zod';
import {
  MAPPING_STATES,
  SUBJECT_TYPES,
  TARGET_TYPES,
  toDoorMapping,
  VERIFICATIONS,
  type DoorMapping,
  type DoorMappingView,
  type MappingRefusal,
  type SubjectType,
} from '../usecases/door-mappings';
import type { AppError } from '../domain/errors';
import { etagOf } from './etag';
import { wrongField } from './problems';
import { externalId, isoText, label, minutes, slug, toIsoOrNull } from './schemas';

export const subjectType = z.enum(SUBJECT_TYPES, { error: `expected one of ${SUBJECT_TYPES.join(', ')}` });
export const targetType = z.enum(TARGET_TYPES, { error: `expected one of ${TARGET_TYPES.join(', ')}` });
export const mappingState = z.enum(MAPPING_STATES, { error: `expected one of ${MAPPING_STATES.join(', ')}` });
export const kisiId = z
  .int({ error: 'expected the id of a lock or group at Kisi, a number' })
  .positive()
  .max(2_147_483_647);

/** `export` and `import` are addresses of their own. */
export const mappingId = slug.refine((id) => id !== 'export' && id !== 'import', 'expected another id');

/** What operators decide about a mapping; its id stands in the address. */
export const mappingBody = z.strictObject({
  subject: z.strictObject({ type: subjectType, source: slug.default('default'), id: externalId }),
  integrationId: slug,
  target: z.strictObject({ type: targetType, id: kisiId }),
  name: label.describe('What people call this door.'),
  leadMinutes: minutes
    .nullable()
    .default(null)
    .describe('Opens so long before the start; null is the policy of the organization.'),
  graceMinutes: minutes.nullable().default(null).describe('Stays open so long after the end; null is the policy.'),
  enabled: z.boolean({ error: 'expected true or false' }).default(true),
});

export const mappingSchema = z
  .object({
    id: z.string(),
    subject: z.object({ type: subjectType, source: z.string(), id: z.string(), name: z.string().nullable() }),
    integrationId: z.string(),
    target: z.object({ type: targetType, id: z.number() }),
    name: z.string(),
    leadMinutes: z.number().nullable(),
    graceMinutes: z.number().nullable(),
    enabled: z.boolean(),
    state: mappingState.describe('`inactive`: turned off, or the integration is not connected.'),
    verification: z.enum(VERIFICATIONS).describe('Whether Kisi showed the target when it was last asked.'),
    verifiedAt: isoText.nullable(),
    groupId: z.number().nullable().describe('The Kisi group it opens; of a lock, null until its group exists.'),
    targetName: z.string().nullable(),
    placeName: z.string().nullable(),
    isOnline: z.boolean().nullable().describe('Of a lock; null where Kisi does not say.'),
  })
  .meta({ id: 'DoorMapping' });

export function presentMapping(view: DoorMappingView): z.input<typeof mappingSchema> {
  return { ...view, verifiedAt: toIsoOrNull(view.verifiedAt) };
}

/** A tag over what operators decide, so that what Kisi says meanwhile is not taken for somebody's change. */
export function mappingTag(mapping: DoorMapping): string {
  return etagOf(toDoorMapping(mapping));
}

const SUBJECT_NAMES: Record<SubjectType, string> = { resource: 'resource', plan: 'plan', pass_type: 'pass type' };

/** @returns the problem that names what is wrong with a mapping */
export function refusedMapping(refusal: MappingRefusal | 'target_missing', mapping: DoorMapping): AppError {
  const { subject, target } = mapping;
  switch (refusal) {
    case 'unknown_subject':
      return wrongField('subject.id', `expected the id of a ${SUBJECT_NAMES[subject.type]} of that source`);
    case 'unknown_integration':
      return wrongField('integrationId', 'expected the id of an integration that exists');
    case 'target_missing':
      return wrongField('target.id', `Kisi shows no ${target.type} with this id`);
  }
}
