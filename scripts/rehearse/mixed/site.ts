import { z } from 'zod';
import type { Local, Service } from '../service';
import { compressedLead, ensureWing, LOCATION_ID, makeSource, mapDoor, WINGS } from '../site';
import type { MixedSite } from './demands';
import { PASS_TYPE_WINGS, PLAN_WINGS, ROOMS } from './facts';

const DAY_MS = 86_400_000;
const organizationSchema = z.object({ pastDueGraceDays: z.number() });

/** Makes rooms, plans and pass types, and lets each open its wings: most doors are opened by several of them. */
export async function makeMixedSite(service: Service, local: Local, runId: string, dayMs: number): Promise<MixedSite> {
  const sourceId = await makeSource(service, runId);
  const { pastDueGraceDays } = organizationSchema.parse(await service.api('GET', '/v1/organization'));
  const leadMinutes = compressedLead(dayMs);
  const wings: number[] = [];
  for (let wing = 0; wing < WINGS; wing += 1) wings.push(await ensureWing(service, wing));
  const groups = new Map<string, readonly number[]>();
  const open = async (
    type: 'resource' | 'plan' | 'pass_type',
    id: string,
    numbers: readonly number[],
    body: Record<string, unknown>,
  ): Promise<void> => {
    await service.api('PUT', `${PATHS[type]}/${id}?source=${sourceId}`, { ...body, locationId: LOCATION_ID });
    for (const number of numbers) {
      const mappingId = `${sourceId}-${id.toLowerCase()}-${number}`;
      const lead = type === 'resource' ? leadMinutes : 0;
      await mapDoor(service, local, mappingId, { type, source: sourceId, id }, wings[number] ?? 0, lead);
    }
    groups.set(
      `${type} ${id}`,
      numbers.map((number) => wings[number] ?? 0),
    );
  };
  for (const [index, room] of ROOMS.entries()) {
    await open('resource', room, [index % WINGS], { name: `Room ${room}`, kind: 'room' });
  }
  for (const [id, numbers] of Object.entries(PLAN_WINGS)) await open('plan', id, numbers, { name: `Plan ${id}` });
  for (const [id, numbers] of Object.entries(PASS_TYPE_WINGS))
    await open('pass_type', id, numbers, { name: `Pass ${id}` });
  return {
    sourceId,
    leadMs: Math.round(leadMinutes * 60_000),
    graceMs: pastDueGraceDays * DAY_MS,
    groupsOf: (type, id) => groups.get(`${type} ${id}`) ?? [],
  };
}

const PATHS = { resource: '/v1/resources', plan: '/v1/plans', pass_type: '/v1/pass-types' } as const;
