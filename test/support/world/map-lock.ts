import type { Latchkey } from '../../../src/compose';
import { concernSubjects, wantLockGroup } from '../../../src/ledger/concern';
import type { OpenLedger } from '../../../src/ledger/open';
import type { Site } from './site';

/** Maps a room to a lock of the simulator; its group of exactly one lock is `doors`' to make. */
export async function mapLock(
  latchkey: Latchkey,
  ledger: OpenLedger,
  { organizationId, integrationId }: Site,
  resource: string,
  lockId: number,
): Promise<void> {
  const key = { organizationId, integrationId };
  const subject = { type: 'resource', source: 'default', id: resource };
  await ledger.inTransaction(async (tx) => {
    await tx.doorMapping.create({
      data: {
        ...key,
        id: `${resource}-lock-${lockId}`,
        subjectType: subject.type,
        subjectSource: subject.source,
        subjectId: subject.id,
        targetType: 'lock',
        targetId: lockId,
        name: `${resource} lock ${lockId}`,
      },
    });
    await wantLockGroup(tx, key, lockId);
    await concernSubjects(tx, organizationId, [subject]);
  });
  await latchkey.relay.fanOut();
  await latchkey.drain();
}
