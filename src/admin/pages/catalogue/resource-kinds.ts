import type { Resource } from '../../api/catalogue';

export const RESOURCE_KINDS = [
  'room',
  'desk',
  'coliving_room',
  'building',
] as const satisfies readonly Resource['kind'][];

export function isKind(value: string): value is Resource['kind'] {
  return RESOURCE_KINDS.some((kind) => kind === value);
}
