import type { Latchkey } from '../../../src/compose';
import type { Site } from './site';

/** Maps a room to a group of the simulator, as an operator would. */
export async function mapDoor(
  latchkey: Latchkey,
  { organizationId, integrationId }: Site,
  resource: string,
  group: number,
  id = `${resource}-${group}`,
): Promise<void> {
  const { catalogue } = latchkey.http;
  await catalogue.saveDoorMapping(
    { organizationId, name: 'test' },
    {
      id,
      subject: { type: 'resource', source: 'default', id: resource },
      integrationId,
      target: { type: 'group', id: group },
      name: id,
      leadMinutes: null,
      graceMinutes: null,
      enabled: true,
    },
  );
  await latchkey.relay.fanOut();
  await latchkey.drain();
}
