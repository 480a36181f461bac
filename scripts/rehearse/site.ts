import { z } from 'zod';
import { ZONE } from './export';
import type { Local, Service } from './service';

/** The doors of the simulator's London site; each stands for a wing, whose rooms share it. */
const WING_LOCKS = [3002, 3003, 3004, 3005];
const LONDON_PLACE = 2001;
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
  const sourceId = `rehearsal-${runId}`;
  const leadMinutes = (LEAD_MINUTES * dayMs) / REAL_DAY_MS;
  await service.api('PUT', `/v1/sources/${sourceId}`, { name: `Rehearsal ${runId}` });
  await service.api('PUT', '/v1/locations/rehearsal', { name: 'Rehearsal', timeZone: ZONE });
  const groups = new Map<string, number>();
  for (const [index, room] of rooms.entries()) {
    const wing = index % WING_LOCKS.length;
    const groupId = await ensureGroup(service, `Rehearsal wing ${wing + 1}`, WING_LOCKS[wing] ?? 3002);
    groups.set(room, groupId);
    await service.api('PUT', `/v1/resources/${encodeURIComponent(room)}?source=${sourceId}`, {
      name: `Room ${room}`,
      kind: 'room',
      locationId: 'rehearsal',
    });
    await service.api('PUT', `/v1/door-mappings/${sourceId}-${index}`, {
      subject: { type: 'resource', source: sourceId, id: room },
      integrationId: local.demo.integrationId,
      target: { type: 'group', id: groupId },
      name: `Wing ${wing + 1}`,
      leadMinutes,
      graceMinutes: 0,
    });
  }
  return {
    sourceId,
    leadMs: Math.round(leadMinutes * 60_000),
    groupsOf: (room) => [groups.get(room) ?? 0],
  };
}

async function ensureGroup(service: Service, name: string, lockId: number): Promise<number> {
  const found = groupsSchema.parse(await service.kisi('GET', `/groups?limit=250&query=${encodeURIComponent(name)}`));
  const known = found.find((group) => group.name === name);
  if (known !== undefined) return known.id;
  const made = withId.parse(await service.kisi('POST', '/groups', { group: { name, place_id: LONDON_PLACE } }));
  await service.kisi('POST', '/group_locks', { group_lock: { group_id: made.id, lock_id: lockId } });
  return made.id;
}
