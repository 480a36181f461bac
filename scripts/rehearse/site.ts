import { z } from 'zod';
import { ZONE } from './export';
import type { Local, Service } from './service';

/** The doors of the simulator's London site; each stands for a wing, whose rooms share it. */
const WING_LOCKS = [3002, 3003, 3004, 3005];
export const WINGS = WING_LOCKS.length;
const LONDON_PLACE = 2001;
export const LOCATION_ID = 'rehearsal';
const REAL_DAY_MS = 86_400_000;
const LEAD_MINUTES = 15;

const withId = z.object({ id: z.number() });
const groupsSchema = z.array(z.object({ id: z.number(), name: z.string() }));

export interface Site {
  readonly sourceId: string;
  readonly leadMs: number;
  /** The groups that a room opens: its wing's. */
  groupsOf(room: string): readonly number[];
}

/** Makes what the rehearsal needs: a source of its own, a location, and for each room a resource with its doors. */
export async function makeSite(
  service: Service,
  local: Local,
  rooms: readonly string[],
  runId: string,
  dayMs: number,
): Promise<Site> {
  const sourceId = await makeSource(service, runId);
  const leadMinutes = compressedLead(dayMs);
  const groups = new Map<string, number>();
  for (const [index, room] of rooms.entries()) {
    const wing = index % WINGS;
    const groupId = await ensureWing(service, wing);
    groups.set(room, groupId);
    await service.api('PUT', `/v1/resources/${encodeURIComponent(room)}?source=${sourceId}`, {
      name: `Room ${room}`,
      kind: 'room',
      locationId: LOCATION_ID,
    });
    const subject = { type: 'resource', source: sourceId, id: room } as const;
    await mapDoor(service, local, `${sourceId}-${index}`, subject, groupId, leadMinutes);
  }
  return {
    sourceId,
    leadMs: Math.round(leadMinutes * 60_000),
    groupsOf: (room) => [groups.get(room) ?? 0],
  };
}

/** How long before its booking a room opens. Minutes. */
export const compressedLead = (dayMs: number): number => (LEAD_MINUTES * dayMs) / REAL_DAY_MS;

/** A source of the rehearsal's own, and its location. @returns the source's id */
export async function makeSource(service: Service, runId: string): Promise<string> {
  const sourceId = `rehearsal-${runId}`;
  await service.api('PUT', `/v1/sources/${sourceId}`, { name: `Rehearsal ${runId}` });
  await service.api('PUT', `/v1/locations/${LOCATION_ID}`, { name: 'Rehearsal', timeZone: ZONE });
  return sourceId;
}

interface Subject {
  readonly type: 'resource' | 'plan' | 'pass_type';
  readonly source: string;
  readonly id: string;
}

/** Says that what is booked, subscribed to or bought opens a group. */
export async function mapDoor(
  service: Service,
  local: Local,
  mappingId: string,
  subject: Subject,
  groupId: number,
  leadMinutes: number,
): Promise<void> {
  await service.api('PUT', `/v1/door-mappings/${mappingId}`, {
    subject,
    integrationId: local.demo.integrationId,
    target: { type: 'group', id: groupId },
    name: `Door of ${subject.id}`,
    leadMinutes,
    graceMinutes: 0,
  });
}

/** The group of a wing's door, by the wing's number from 0; made where it is missing. */
export async function ensureWing(service: Service, wing: number): Promise<number> {
  return ensureGroup(service, `Rehearsal wing ${wing + 1}`, WING_LOCKS[wing % WINGS] ?? 3002);
}

async function ensureGroup(service: Service, name: string, lockId: number): Promise<number> {
  const found = groupsSchema.parse(await service.kisi('GET', `/groups?limit=250&query=${encodeURIComponent(name)}`));
  const known = found.find((group) => group.name === name);
  if (known !== undefined) return known.id;
  const made = withId.parse(await service.kisi('POST', '/groups', { group: { name, place_id: LONDON_PLACE } }));
  await service.kisi('POST', '/group_locks', { group_lock: { group_id: made.id, lock_id: lockId } });
  return made.id;
}
