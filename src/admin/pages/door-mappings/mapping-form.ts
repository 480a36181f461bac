import type { DoorMapping, DoorMappingBody, KisiDoor, SubjectType, TargetType } from '../doors-shared/api-types';
import type { TextKey } from '../doors-shared/text-key';

/** A mapping while it is being edited; minutes are texts, because an empty one means "as the organization says". */
export interface MappingForm {
  readonly subjectType: SubjectType;
  readonly source: string;
  readonly subjectId: string | null;
  readonly integrationId: string | null;
  readonly targetType: TargetType;
  readonly targetId: number | null;
  readonly name: string;
  /** While the operator has not named it, it follows the chosen door. */
  readonly isNameOwn: boolean;
  readonly leadMinutes: number | null;
  readonly graceMinutes: number | null;
  readonly isEnabled: boolean;
}

export type MappingField = 'subjectId' | 'integrationId' | 'targetId' | 'name' | 'leadMinutes' | 'graceMinutes';

const SUBJECT_TYPES: readonly SubjectType[] = ['resource', 'plan', 'pass_type'];

/** @param search the address' query, as a page of a resource links here: `subjectType`, `subjectId`, `source` */
export function emptyMappingForm(search: URLSearchParams): MappingForm {
  const subjectType = SUBJECT_TYPES.find((type) => type === search.get('subjectType')) ?? 'resource';
  return {
    subjectType,
    source: search.get('source') ?? 'default',
    subjectId: search.get('subjectId'),
    integrationId: search.get('integrationId'),
    targetType: 'lock',
    targetId: null,
    name: '',
    isNameOwn: false,
    leadMinutes: null,
    graceMinutes: null,
    isEnabled: true,
  };
}

export function mappingToForm(mapping: DoorMapping): MappingForm {
  return {
    subjectType: mapping.subject.type,
    source: mapping.subject.source,
    subjectId: mapping.subject.id,
    integrationId: mapping.integrationId,
    targetType: mapping.target.type,
    targetId: mapping.target.id,
    name: mapping.name,
    isNameOwn: true,
    leadMinutes: mapping.leadMinutes,
    graceMinutes: mapping.graceMinutes,
    isEnabled: mapping.enabled,
  };
}

/** @returns the form with that door chosen, named after it unless the operator gave it a name */
export function chooseDoor(form: MappingForm, door: Pick<KisiDoor, 'type' | 'id' | 'name'> | null): MappingForm {
  if (door === null) return { ...form, targetId: null, name: form.isNameOwn ? form.name : '' };
  return { ...form, targetType: door.type, targetId: door.id, name: form.isNameOwn ? form.name : door.name };
}

/** @returns the body to send, or the text key of what is missing in each field */
export function readMappingForm(
  form: MappingForm,
): { readonly body: DoorMappingBody } | { readonly errors: Partial<Record<MappingField, TextKey>> } {
  const { subjectId, integrationId, targetId } = form;
  const name = form.name.trim();
  if (subjectId === null || integrationId === null || targetId === null || name === '') {
    return {
      errors: {
        ...(subjectId === null ? { subjectId: 'mapping.error.subject' } : {}),
        ...(integrationId === null ? { integrationId: 'mapping.error.integration' } : {}),
        ...(targetId === null ? { targetId: 'mapping.error.target' } : {}),
        ...(name === '' ? { name: 'mapping.error.name' } : {}),
      },
    };
  }
  return {
    body: {
      subject: { type: form.subjectType, source: form.source, id: subjectId },
      integrationId,
      target: { type: form.targetType, id: targetId },
      name,
      leadMinutes: form.leadMinutes,
      graceMinutes: form.graceMinutes,
      enabled: form.isEnabled,
    },
  };
}

/** The API's field names and where the form shows them. */
const FIELDS: Readonly<Record<string, MappingField>> = {
  'subject.id': 'subjectId',
  'subject.source': 'subjectId',
  'subject.type': 'subjectId',
  integrationId: 'integrationId',
  'target.id': 'targetId',
  'target.type': 'targetId',
  target: 'targetId',
  name: 'name',
  leadMinutes: 'leadMinutes',
  graceMinutes: 'graceMinutes',
};

/** @returns what the API said about each field of the form, and what fits none of them */
export function placeFieldErrors(errors: readonly { readonly field: string; readonly message: string }[]): {
  readonly fields: Partial<Record<MappingField, string>>;
  readonly rest: readonly string[];
} {
  const fields: Partial<Record<MappingField, string>> = {};
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const known = FIELDS[field];
    if (known === undefined) rest.push(`${field}: ${message}`);
    else fields[known] ??= message;
  }
  return { fields, rest };
}

export type ComparedField =
  'subject' | 'integrationId' | 'target' | 'name' | 'leadMinutes' | 'graceMinutes' | 'enabled';

export interface Difference {
  readonly field: ComparedField;
  readonly mine: string | number | boolean | null;
  readonly theirs: string | number | boolean | null;
}

/** @returns where two versions of one mapping differ, in the form's order */
export function compareMappings(mine: DoorMappingBody, theirs: DoorMappingBody): readonly Difference[] {
  const values = (one: DoorMappingBody): readonly [ComparedField, Difference['mine']][] => [
    ['subject', `${one.subject.type} ${one.subject.id}`],
    ['integrationId', one.integrationId],
    ['target', `${one.target.type} ${one.target.id}`],
    ['name', one.name],
    ['leadMinutes', one.leadMinutes],
    ['graceMinutes', one.graceMinutes],
    ['enabled', one.enabled],
  ];
  const other = new Map(values(theirs));
  return values(mine).flatMap(([field, value]) => {
    const theirValue = other.get(field) ?? null;
    return value === theirValue ? [] : [{ field, mine: value, theirs: theirValue }];
  });
}

/** @returns the id that was typed by hand, or null when it is not one that Kisi could have */
export function readTypedId(typed: string): number | null {
  const text = typed.trim();
  if (!/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= 2_147_483_647 ? id : null;
}
