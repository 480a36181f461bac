import type { Latchkey } from '../../../src/compose';
import type { Site } from './site';

/** Maps a room to a lock of the simulator, as an operator would; its group of exactly one lock is `doors`' to make. */
export async function mapLock(
  latchkey: Latchkey,
  { organizationId, integrationId }: Site,
  resource: string,
  lockId: number,
): Promise<void> {
  const { catalogue } = latchkey.http;
  const id = `${resource}-lock-${lockId}`;
  await catalogue.saveDoorMapping(
    { organizationId, name: 'test' },
    {
      id,
      subject: { type: 'resource', source: 'default', id: resource },
      integrationId,
      target: { type: 'lock', id: lockId },
      name: `${resource} lock ${lockId}`,
      leadMinutes: null,
      graceMinutes: null,
      enabled: true,
    },
  );
  await latchkey.relay.fanOut();
  await latchkey.drain();
}
