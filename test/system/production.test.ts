import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { createApiClient, type ApiClient } from '../support/api-client';
import { createTestDatabase } from '../support/databases';
import { eventually } from '../support/eventually';
import { freePort } from '../../scripts/free-port';
import { createNamespace } from '../support/namespaces';
import { startProgram, type RunningProgram } from '../support/programs';
import { createSimulatorControl } from '../support/simulator-control';
import { THAMES } from '../support/world';

const MINUTE_MS = 60_000;

/** Server and worker as separate processes on Postgres and a Temporal server that others run. */
describe('in production', () => {
  let simulator: RunningSimulator;
  let server: RunningProgram;
  let worker: RunningProgram;
  let env: Record<string, string>;
  let url: string;
  let api: ApiClient;
  const programs: RunningProgram[] = [];

  beforeAll(async () => {
    const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
    const [namespace, databaseUrl, port] = await Promise.all([
      createNamespace(address),
      createTestDatabase(),
      freePort(),
    ]);
    simulator = await startSimulator({ port: 0 });
    url = `http://127.0.0.1:${port}`;
    env = {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      LATCHKEY_ENCRYPTION_KEYS: `main:${Buffer.alloc(32, 9).toString('base64')}`,
      KISI_BASE_URL: simulator.url,
      PORT: String(port),
    };
    server = startProgram('server', env);
    worker = startProgram('worker', env);
    programs.push(server, worker);
  });
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await simulator.close();
  });

  const createOrganization = async (name: string): Promise<string> => {
    const program = startProgram('organization-create', env, ['--name', name]);
    expect(await program.ended).toBe(0);
    const token = /Token\s+(\S+)/.exec(program.output())?.[1];
    if (token === undefined) throw new Error(program.output());
    return token;
  };
  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );

  const book = async (id: string, email: string): Promise<void> => {
    const now = Date.now();
    await api.call('PUT', `/v1/bookings/${id}`, {
      status: 'confirmed',
      payment: 'paid',
      resourceId: 'thames',
      member: { id: email, email, name: 'A member' },
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 60 * MINUTE_MS).toISOString(),
    });
  };
  const allows = async (email: string): Promise<boolean> =>
    (await createSimulatorControl(simulator.url).access(email, THAMES.lock)).allowed;

  it('carries a booking from HTTP to the door and back, in two processes', async () => {
    api = createApiClient(url, await createOrganization('Harbour'));
    await eventually('the server answers', async () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    await api.call('PUT', '/v1/locations/london', { name: 'London', timeZone: 'Europe/London' });
    const { id } = await api.call<{ id: string }>('POST', '/v1/integrations', {
      name: 'Kisi',
      mode: 'enforce',
      locationIds: ['london'],
    });
    await api.call('PUT', `/v1/integrations/${id}/connection`, { apiKey: 'simulated-key-of-the-integration' });
    await eventually('everything is ready', isReady);
    await api.call('PUT', '/v1/resources/thames', { name: 'Thames', kind: 'room', locationId: 'london' });
    await api.call('PUT', '/v1/door-mappings/thames', {
      subject: { type: 'resource', id: 'thames' },
      integrationId: id,
      target: { type: 'group', id: THAMES.group },
      name: 'Thames',
    });
    await book('b1', 'ada@example.com');
    const opens = (): Promise<boolean> => allows('ada@example.com');
    await eventually('the door opens', opens);
    await api.call('POST', '/v1/bookings/b1/cancellation', {});
    await eventually('the door closes', opens, (isOpen) => !isOpen);
    const booking = await eventually(
      'the receipt is written',
      () =>
        api.call<{ state: string; receipt: { doors: { verifiedAbsentAt: string | null }[] } | null }>(
          'GET',
          '/v1/bookings/b1',
        ),
      ({ state }) => state === 'ended',
    );
    expect(booking.receipt?.doors).toEqual([expect.objectContaining({ verifiedAbsentAt: expect.any(String) })]);
    for (const secret of [
      'simulated-key-of-the-integration',
      'ada@example.com',
      env['LATCHKEY_ENCRYPTION_KEYS'] ?? '',
    ]) {
      expect(server.output() + worker.output()).not.toContain(secret);
    }
  });

  it('goes on with a second worker when the first one is killed, and each ends cleanly when asked', async () => {
    const second = startProgram('worker', env);
    programs.push(second);
    await eventually('the second worker polls', async () => second.output().includes('the worker polls'));
    await book('b2', 'bob@example.com');
    await worker.kill();
    await eventually('the door opens', () => allows('bob@example.com'));
    expect(await Promise.all([server.stop(), second.stop()])).toEqual([0, 0]);
  });
});

describe('a program with wrong settings', () => {
  it.each(['server', 'worker'] as const)('%s names each one and ends', async (name) => {
    const program = startProgram(name, { PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(await program.ended).toBe(1);
    for (const setting of ['DATABASE_URL', 'LATCHKEY_ENCRYPTION_KEYS', 'PORT', 'LOG_LEVEL']) {
      expect(program.output()).toContain(`${setting}:`);
    }
    expect(program.output()).not.toContain('eighty');
  });
});
