import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SCOPES, type Actor, type Catalogue } from '../usecases/catalogue';
import type { ConnectInput } from '../usecases/connect-integration';
import { hashToken } from '../usecases/create-organization';
import type { Home } from './home';

const FILE = 'demo.json';
/** The key that the simulator's seed gives to its integration user. */
export const SIMULATOR_API_KEY = 'simulated-key-of-the-integration';

const demoSchema = z.object({
  organizationId: z.string(),
  tokenId: z.string(),
  token: z.string(),
  integrationId: z.string(),
  isReady: z.boolean(),
});
export type Demo = z.output<typeof demoSchema>;

const LOCATION = { id: 'london', name: 'Harbour Works London', timeZone: 'Europe/London' };
/** Rooms of the simulator's London site and the groups that open them. */
const ROOMS = [
  {
    id: 'thames',
    name: 'Meeting Room Thames',
    kind: 'room',
    groups: [
      [4002, 'Meeting Room Thames'],
      [4001, 'Front door'],
    ],
  },
  { id: 'hot-desk', name: 'Hot Desk', kind: 'desk', groups: [[4003, 'Front door and hot desks']] },
  { id: 'whole-site', name: 'The whole site', kind: 'building', groups: [[4004, 'All London doors']] },
] as const;

export const DEMO_LOCATION_ID = LOCATION.id;
export const DEMO_RESOURCE_IDS: readonly string[] = ROOMS.map((room) => room.id);

/**
 * The organization that a newcomer finds: a location, resources, and doors mapped to the simulator's.
 *
 * Its ids are written down before anything is made and every step may run twice, so a first start can be killed anywhere.
 */
export async function ensureDemo(deps: {
  readonly home: Home;
  readonly catalogue: Catalogue;
  readonly connect: (actor: Actor, input: ConnectInput) => Promise<void>;
  readonly newId: () => string;
  readonly simulatorUrl: string;
}): Promise<Demo> {
  const { home, newId, simulatorUrl } = deps;
  const known = demoSchema.safeParse(home.readJson(FILE));
  const demo: Demo = known.success
    ? known.data
    : {
        organizationId: newId(),
        tokenId: newId(),
        token: `lk_${randomBytes(32).toString('base64url')}`,
        integrationId: newId(),
        isReady: false,
      };
  const actor: Actor = { organizationId: demo.organizationId, name: 'set-up' };
  if (demo.isReady) {
    await followSimulator(deps, actor, demo);
    return demo;
  }
  home.writeJson(FILE, demo);
  await makeOrganization(deps.catalogue, actor, demo);
  await deps.connect(actor, { integrationId: demo.integrationId, apiKey: SIMULATOR_API_KEY, baseUrl: simulatorUrl });
  await makeRooms(deps.catalogue, actor, demo);
  home.writeJson(FILE, { ...demo, isReady: true });
  return demo;
}

async function makeOrganization(catalogue: Catalogue, actor: Actor, demo: Demo): Promise<void> {
  const { organizationId, tokenId, token, integrationId } = demo;
  if ((await catalogue.getOrganization(organizationId)) === null) {
    await catalogue.createOrganization({ id: organizationId, name: 'Harbour Works (demo)' });
  }
  await catalogue.saveSource(actor, { id: 'default', name: 'Default' });
  if ((await catalogue.findPrincipal(hashToken(token))) === null) {
    await catalogue.saveToken(actor, {
      id: tokenId,
      name: 'Demo',
      tokenHash: hashToken(token),
      scopes: SCOPES,
      sourceId: null,
    });
  }
  await catalogue.saveLocation(actor, LOCATION);
  if ((await catalogue.getIntegration(organizationId, integrationId)) === null) {
    const settings = {
      id: integrationId,
      name: 'Kisi simulator',
      mode: 'enforce',
      locationIds: [LOCATION.id],
    } as const;
    await catalogue.createIntegration(actor, settings);
  }
}

async function makeRooms(catalogue: Catalogue, actor: Actor, { integrationId }: Demo): Promise<void> {
  for (const { groups, ...room } of ROOMS) {
    await catalogue.saveResource(actor, { ...room, source: 'default', locationId: LOCATION.id });
    for (const [groupId, name] of groups) {
      await catalogue.saveDoorMapping(actor, {
        id: `${room.id}-${groupId}`,
        subject: { type: 'resource', source: 'default', id: room.id },
        integrationId,
        target: { type: 'group', id: groupId },
        name,
        leadMinutes: null,
        graceMinutes: null,
        enabled: true,
      });
    }
  }
}

/** The simulator may have another port than last time. An integration that was connected to the real Kisi stays so. */
async function followSimulator(
  { catalogue, connect, simulatorUrl }: Parameters<typeof ensureDemo>[0],
  actor: Actor,
  { organizationId, integrationId }: Demo,
): Promise<void> {
  const integration = await catalogue.getIntegration(organizationId, integrationId);
  const isSimulated = integration !== null && integration.baseUrl !== null;
  if (!isSimulated || integration.baseUrl === simulatorUrl) return;
  await connect(actor, { integrationId, apiKey: SIMULATOR_API_KEY, baseUrl: simulatorUrl });
}
