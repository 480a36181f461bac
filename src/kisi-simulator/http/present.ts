import type { GroupRow, LockRow, OrganizationRow, PlaceRow } from '../store/rows';
import type { Store } from '../store/store';

/** RFC 3339 in UTC, whole seconds without a fraction, as Kisi's examples have it. */
export function toTimestamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

export const toTimestampOrNull = (at: number | null): string | null => (at === null ? null : toTimestamp(at));

/** What most objects carry. */
export function presentBase(type: string, row: { id: number; createdAt: number; updatedAt: number }) {
  return {
    id: row.id,
    resource_type: type,
    created_at: wholeSeconds(row.createdAt),
    updated_at: wholeSeconds(row.updatedAt),
  };
}

const wholeSeconds = (at: number): string => toTimestamp(Math.floor(at / 1_000) * 1_000);

export const organizationOf = (store: Store): OrganizationRow | undefined => store.organizations.all()[0];
export const organizationIdOf = (store: Store): number | null => organizationOf(store)?.id ?? null;

export function shortOrganization(row: OrganizationRow | undefined) {
  return row === undefined ? null : { id: row.id, resource_type: 'Organization', name: row.name, domain: row.domain };
}

export function shortPlace(row: PlaceRow | undefined) {
  return row === undefined ? null : { id: row.id, name: row.name, latitude: null, longitude: null };
}

export function shortGroup(row: GroupRow | undefined) {
  return row === undefined ? null : { id: row.id, resource_type: 'Group', name: row.name };
}

export function shortLock(row: LockRow | undefined) {
  return row === undefined ? null : { id: row.id, name: row.name, description: row.description };
}
