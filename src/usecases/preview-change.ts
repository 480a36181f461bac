import { previewChange, type PersonChange, type PreviewClaim } from '../domain/preview-change';
import type { AccessPolicy } from '../domain/policy';
import type { Instant } from '../domain/time';
import type { AccessWindow } from '../domain/windows';
import type { Catalogue } from './catalogue';
import { isSameMapping, type DoorMapping, type MappingRefusal } from './door-mappings';
import { decideBookings } from './preview-bookings';
import type { LiveClaim, NamedDoor, PreviewLedger } from './preview-ports';
import { doorKeyOf, readDoorKey, type DoorRef } from './preview-rules';

/** What an operator is about to do. */
export type PlannedChange =
  | { readonly kind: 'save_door_mappings'; readonly mappings: readonly DoorMapping[] }
  | { readonly kind: 'delete_door_mapping'; readonly id: string }
  | { readonly kind: 'disconnect_integration'; readonly integrationId: string };

export interface PreviewPerson {
  readonly memberId: string;
  readonly memberName: string | null;
  readonly effect: 'gain' | 'lose' | 'change';
  readonly isInsideNow: boolean;
  readonly groups: readonly {
    readonly integrationId: string;
    /** Null for a lock whose group does not exist yet. */
    readonly groupId: number | null;
    readonly name: string | null;
    readonly before: AccessWindow | null;
    readonly after: AccessWindow | null;
  }[];
}

/** Whose access a change would alter. Counts are of people; `people` are the first of them. */
export interface Preview {
  readonly gain: number;
  readonly lose: number;
  readonly change: number;
  readonly insideNowLosing: number;
  readonly unaffected: number;
  readonly people: readonly PreviewPerson[];
  readonly more: number;
}

export type PreviewRefusal =
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'refused';
      readonly mapping: DoorMapping;
      readonly index: number;
      readonly refusal: MappingRefusal;
    };

export type PreviewChange = (
  organizationId: string,
  change: PlannedChange,
) => Promise<{ readonly kind: 'preview'; readonly preview: Preview } | PreviewRefusal>;

const MOST_PEOPLE = 200;

/**
 * Says what a change would do, by person, before it is made; writes nothing.
 *
 * The bookings concerned are decided twice by the code that will decide them, with the rules as they are and as they would
 * be. What the same people have for other reasons counts on both sides, so whoever keeps a door is not among them.
 */
export function createPreviewChange(deps: {
  readonly ledger: PreviewLedger;
  readonly catalogue: Pick<Catalogue, 'refuseMappings' | 'getOrganization'>;
  readonly clock: () => Instant;
}): PreviewChange {
  const { ledger, catalogue, clock } = deps;
  return async (organizationId, change) => {
    const now = clock();
    if (change.kind === 'disconnect_integration') {
      if (!(await ledger.readIntegrations(organizationId)).has(change.integrationId)) return { kind: 'not_found' };
      const claims = await ledger.claimsOfIntegration(organizationId, change.integrationId, now);
      const nothingLeft: Compared = { before: claims.map(toPreviewClaim), after: [], people: peopleOf(claims) };
      return { kind: 'preview', preview: present(nothingLeft, await ledger.readDoors(organizationId), now) };
    }
    const isDeletion = change.kind === 'delete_door_mapping';
    const saved = isDeletion ? [] : change.mappings;
    const known = await ledger.findMappings(organizationId, isDeletion ? [change.id] : saved.map(({ id }) => id));
    if (isDeletion && known.length === 0) return { kind: 'not_found' };
    const refusals = saved.length === 0 ? [] : await catalogue.refuseMappings(organizationId, saved);
    const index = refusals.findIndex((refusal) => refusal !== null);
    const [mapping, refusal] = [saved[index], refusals[index]];
    if (mapping !== undefined && refusal) return { kind: 'refused', mapping, index, refusal };
    const doors = await ledger.readDoors(organizationId);
    const policy = await catalogue.getOrganization(organizationId);
    if (policy === null) return { kind: 'not_found' };
    const compared = await compare(ledger, organizationId, { known, saved, doors, policy, now });
    return { kind: 'preview', preview: present(compared, doors, now) };
  };
}

interface Compared {
  readonly before: readonly PreviewClaim[];
  readonly after: readonly PreviewClaim[];
  /** Everybody concerned by address, with whom the source calls them. */
  readonly people: ReadonlyMap<string, { readonly id: string; readonly name: string | null }>;
}

async function compare(
  ledger: PreviewLedger,
  organizationId: string,
  change: {
    readonly known: readonly DoorMapping[];
    readonly saved: readonly DoorMapping[];
    readonly doors: readonly NamedDoor[];
    readonly policy: AccessPolicy;
    readonly now: Instant;
  },
): Promise<Compared> {
  const { doors, policy, now } = change;
  const known = new Map(change.known.map((mapping) => [mapping.id, mapping]));
  // What stays as it is concerns nobody.
  const saved = change.saved.filter((mapping) => {
    const before = known.get(mapping.id);
    return before === undefined || !isSameMapping(before, mapping);
  });
  const gone = change.saved.length === 0 ? change.known : saved.flatMap(({ id }) => known.get(id) ?? []);
  const decided = await decideBookings(ledger, organizationId, { gone, saved, doors, policy, now });
  const emails = [...decided.people.keys()];
  const others = (await ledger.claimsOfPeople(organizationId, emails, now))
    .filter(({ entitlementId }) => !decided.bookingIds.has(entitlementId))
    .map(toPreviewClaim);
  return {
    before: [...decided.before, ...others],
    after: [...decided.after, ...others],
    people: decided.people,
  };
}

function toPreviewClaim({ email, integrationId, groupId, window }: LiveClaim): PreviewClaim {
  return { personKey: email, doorKey: doorKeyOf({ integrationId, type: 'group', id: groupId }), window };
}

function peopleOf(claims: readonly LiveClaim[]): Compared['people'] {
  return new Map(claims.map(({ email, memberId, memberName }) => [email, { id: memberId, name: memberName }]));
}

function present({ before, after, people }: Compared, doors: readonly NamedDoor[], now: Instant): Preview {
  const changes = previewChange(before, after, now);
  const count = (effect: string): number => changes.filter((one) => one.effect === effect).length;
  const names = nameDoors(doors);
  return {
    gain: count('gain'),
    lose: count('lose'),
    change: count('change'),
    insideNowLosing: changes.filter(({ losesNow }) => losesNow).length,
    unaffected: people.size - changes.length,
    people: changes.slice(0, MOST_PEOPLE).map((one) => toPerson(one, people, names)),
    more: Math.max(0, changes.length - MOST_PEOPLE),
  };
}

function toPerson(
  { personKey, effect, isInsideNow, doors }: PersonChange,
  people: Compared['people'],
  names: ReadonlyMap<string, string | null>,
): PreviewPerson {
  const member = people.get(personKey);
  const groups = doors.map(({ doorKey, before, after }) => {
    const { integrationId, type, id } = readDoorKey(doorKey);
    return { integrationId, groupId: type === 'group' ? id : null, name: names.get(doorKey) ?? null, before, after };
  });
  return { memberId: member?.id ?? '', memberName: member?.name ?? null, effect, isInsideNow, groups };
}

/** A group of one lock is called as the lock is. */
function nameDoors(doors: readonly NamedDoor[]): ReadonlyMap<string, string | null> {
  const names = new Map(doors.map((door) => [doorKeyOf(door), door.name]));
  for (const { integrationId, type, groupId, name } of doors) {
    const group: DoorRef = { integrationId, type: 'group', id: groupId ?? 0 };
    if (type === 'lock' && groupId !== null && name !== null) names.set(doorKeyOf(group), name);
  }
  return names;
}
