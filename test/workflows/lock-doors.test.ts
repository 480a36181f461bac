import { doorsId } from '../../workflows/ids';
import { eventually } from '../support/eventually';
import { startWorld, type World } from '../support/world';
import { mapLock } from '../support/world/map-lock';

const LEA = 3003;
const member = { id: 'lea', email: 'lea@example.com', name: 'Lea' };

/** From mapping a lock to the door that opens for the window, with the workflows in between. */
describe('a room mapped to a lock', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ attendsDoors: true });
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  const groupOf = async (lockId: number) =>
    world.ledger.prisma.lockGroup.findUniqueOrThrow({
      where: { integrationId_lockId_hoursOf: { integrationId: world.integrationId, lockId, hoursOf: '' } },
    });
  const untilReady = (lockId: number) =>
    eventually(
      'the group is ready',
      () => groupOf(lockId),
      ({ status }) => status === 'ready',
    );

  it('opens exactly that door for the window of a booking', async () => {
    await world.book({ id: 'lea', member, resource: 'unmapped', from: 60, until: 120 });
    await world.settle();
    expect((await world.booking('lea')).problems).toMatchObject([{ code: 'mapping_missing' }]);
    await mapLock(world.latchkey, world, 'unmapped', LEA);
    await untilReady(LEA);
    await world.relay();
    await world.goTo(44.5);
    expect(await world.opens(member.email, LEA)).toBe(false);
    await world.goTo(46);
    expect(await world.opens(member.email, LEA)).toBe(true);
    for (const other of [3001, 3002, 3004, 3005]) expect(await world.opens(member.email, other)).toBe(false);
    expect(await world.booking('lea')).toMatchObject({ state: 'active', problems: [] });
    await world.goTo(120);
    expect(await world.opens(member.email, LEA)).toBe(false);
    await world.goTo(123);
    expect(await world.booking('lea')).toMatchObject({ state: 'ended', receipt: { reason: 'expired' } });
  });

  it('looks again when somebody cancels the workflow, and goes on', async () => {
    const handle = world.env.client.workflow.getHandle(doorsId(world));
    await handle.cancel();
    await world.goTo(6);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    const before = (await world.ledger.prisma.integration.findFirstOrThrow()).doorsReadAt?.getTime() ?? 0;
    await world.goTo(12);
    expect((await world.ledger.prisma.integration.findFirstOrThrow()).doorsReadAt?.getTime()).toBeGreaterThan(before);
  });

  it('ends when nothing is mapped any more', async () => {
    await world.latchkey.http.catalogue.deleteDoorMapping(
      { organizationId: world.organizationId, name: 'test' },
      `unmapped-lock-${LEA}`,
    );
    await world.goTo(7);
    expect((await world.env.client.workflow.getHandle(doorsId(world)).describe()).status.name).toBe('COMPLETED');
  });
});
