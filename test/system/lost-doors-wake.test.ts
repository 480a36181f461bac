import { doorsId } from '../../workflows/ids';
import { eventually } from '../support/eventually';
import { startLiveWorld, type LiveWorld } from '../support/live-world';

const LEA = 3003;

describe('a wake-up of the doors that was lost', () => {
  let world: LiveWorld;

  beforeAll(async () => {
    world = await startLiveWorld();
  });
  afterAll(() => world.stop());

  const group = () => world.ledger.prisma.lockGroup.findFirst();
  const read = async (): Promise<number> =>
    (await world.ledger.prisma.integration.findFirstOrThrow()).doorsReadAt?.getTime() ?? 0;

  it('is found by the relay in the ledger', async () => {
    const { organizationId, integrationId } = world;
    // As a process leaves it that dies between its commit and the wake-up.
    await world.ledger.prisma.doorMapping.create({
      data: {
        ...{ organizationId, integrationId, id: 'lost', name: 'lost' },
        ...{
          subjectType: 'resource',
          subjectSource: 'default',
          subjectId: 'thames',
          targetType: 'lock',
          targetId: LEA,
        },
      },
    });
    await world.ledger.prisma.integration.update({
      where: { id: integrationId },
      data: { dirtySeq: { increment: 1 }, dirtySince: new Date() },
    });
    await eventually('the group is there', async () => (await group())?.status === 'ready');
  });

  it('costs nothing when the workflow was terminated meanwhile', async () => {
    const before = await read();
    const handle = world.client.workflow.getHandle(doorsId(world));
    await handle.terminate();
    await world.ledger.prisma.integration.update({
      where: { id: world.integrationId },
      data: { lookAgainAt: new Date(Date.now() - 60_000), doorsReadAt: new Date(before - 600_000) },
    });
    await eventually('the doors are read again', async () => (await read()) >= before);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });
});
