import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { integrationDisconnectId, memberAccessId } from '../../workflows/ids';
import { eventually } from '../support/eventually';
import { KEYS } from '../support/kisi-keys';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { ADA, THAMES } from '../support/world';
import { bookingFact } from '../support/world/bookings';

const MINUTE_MS = 60_000;

/** With real workflows, in real time: how a connection ends and comes back. */
describe('disconnecting on a real Temporal server', () => {
  let world: LiveWorld;
  const startedAt = Date.now();

  beforeAll(async () => {
    world = await startLiveWorld();
    await world.map('thames', THAMES.group);
  });
  afterAll(() => world.stop());

  const actor = () => ({ organizationId: world.organizationId, name: 'Olivia' });
  const book = (id: string): Promise<unknown> =>
    world.latchkey.http.receiveFact({
      ...world.keyOf(id),
      ...bookingFact({ id, member: ADA, from: -1, until: 60 }, (minute) => startedAt + minute * MINUTE_MS),
      idempotencyKey: null,
      eventId: null,
    });
  const opens = async (): Promise<boolean> => (await world.simulator.access(ADA.email, THAMES.lock)).allowed;
  const integration = () => world.ledger.prisma.integration.findUniqueOrThrow({ where: { id: world.integrationId } });
  const order = (mode: 'revoke' | 'expire' | 'write_off', until: number | null = null): Promise<void> =>
    world.latchkey.http.disconnectIntegration(actor(), world.integrationId, { mode, until, reason: 'a move' });
  const connect = (apiKey: string): Promise<void> =>
    world.latchkey.http.connectIntegration(actor(), {
      integrationId: world.integrationId,
      apiKey,
      baseUrl: world.simulator.url,
    });
  const disconnected = () =>
    eventually('the connection is ended', async () => (await integration()).status === 'disconnected');
  const workflow = () => world.client.workflow.getHandle(integrationDisconnectId(world));

  it('takes everything away, lets the key go, and revives everything with another key', async () => {
    await book('a');
    await eventually('the door opens', opens);
    await order('revoke');
    await disconnected();
    expect([await opens(), (await integration()).apiKeyEncrypted]).toEqual([false, null]);
    await eventually('the workflow ends', async () => (await workflow().describe()).status.name === 'COMPLETED');
    await connect(KEYS.olivia);
    await eventually('the door opens again', opens);
  });

  it('looks again when it is cancelled in the Web UI, and is ended by the relay alone when it is terminated', async () => {
    await world.simulator.fault({ kind: 'rate_limit' });
    await order('revoke');
    await eventually('it looks', async () => (await workflow().describe()).status.name === 'RUNNING');
    await workflow().cancel();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { status, runId } = await workflow().describe();
    expect([status.name, (await integration()).status]).toEqual(['RUNNING', 'disconnecting']);
    const first = world.client.workflow.getHandle(integrationDisconnectId(world), runId);
    await first.terminate('by mistake');
    expect([(await first.describe()).status.name, (await integration()).status]).toEqual([
      'TERMINATED',
      'disconnecting',
    ]);
    await world.simulator.clearFaults();
    await disconnected();
    expect([await opens(), (await integration()).apiKeyEncrypted]).toEqual([false, null]);
    await eventually('another run has ended it', async () => (await workflow().describe()).status.name === 'COMPLETED');
    expect((await workflow().describe()).runId).not.toBe(runId);
  });

  it('leaves what lives to its end, by expiry', async () => {
    await connect(KEYS.second);
    await eventually('it lives again', async () => (await world.booking('a')).state === 'active');
    await order('expire', startedAt + 30 * MINUTE_MS);
    await disconnected();
    expect(await opens()).toBe(true);
    const { allowed } = await world.simulator.access(ADA.email, THAMES.lock, startedAt + 31 * MINUTE_MS);
    expect(allowed).toBe(false);
  });

  it('has no key in any history', async () => {
    const { organizationId, integrationId } = world;
    const persons = await world.ledger.prisma.person.findMany();
    const ids = [
      integrationDisconnectId(world),
      ...persons.map(({ id: personId }) => memberAccessId({ organizationId, integrationId, personId })),
    ];
    for (const id of ids) {
      const text = JSON.stringify(historyToJSON(await world.client.workflow.getHandle(id).fetchHistory()));
      for (const key of Object.values(KEYS)) {
        expect(text).not.toContain(key);
        expect(text).not.toContain(Buffer.from(key).toString('base64').slice(0, 20));
      }
    }
  });
});
