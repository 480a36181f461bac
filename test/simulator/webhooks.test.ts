import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { eventually } from '../support/eventually';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

interface Delivery {
  readonly signature: string | undefined;
  readonly body: string;
  readonly event: { readonly uuid: string; readonly type: string };
}

describe('webhooks of the simulator', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;
  let listener: Server;
  let url: string;
  let answer = 200;
  let deliveries: Delivery[] = [];

  beforeAll(async () => {
    listener = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const signature = request.headers['x-signature'];
        const event = JSON.parse(body) as Delivery['event'];
        deliveries.push({ signature: typeof signature === 'string' ? signature : undefined, body, event });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/kisi`;
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
    await control.switches({ requestsPerSecond: 0, webhook_retry_delay_ms: 20 });
  });
  beforeEach(() => {
    deliveries = [];
    answer = 200;
  });
  afterAll(async () => {
    await simulator.close();
    await new Promise((resolve) => listener.close(resolve));
  });

  const subscribe = async (more: object = {}): Promise<number> => {
    const integration = { name: 'Test', type: 'event_webhook', url, enabled_events: ['group.create'], ...more };
    return ((await control.byHand('POST', '/integrations', { integration })) as { id: number }).id;
  };
  const makeGroup = (name: string): Promise<unknown> => control.byHand('POST', '/groups', { group: { name } });

  it('delivers the events that were asked for, signed over the raw body', async () => {
    const id = await subscribe({ signature_key: 'shared-secret' });
    await makeGroup('Signed');
    await control.byHand('POST', '/users', { user: { email: 'not-asked-for@example.com' } });
    const [delivery] = await eventually(
      'it is delivered',
      async () => deliveries,
      (all) => all.length > 0,
    );
    const mac = createHmac('sha256', 'shared-secret')
      .update(delivery?.body ?? '')
      .digest('hex');
    expect(delivery?.signature).toBe(`sha256=${mac}`);
    expect(delivery?.event).toMatchObject({
      uuid: expect.any(String),
      type: 'group.create',
      object_name: 'Signed',
      organization_id: 1001,
      success: true,
    });
    await control.byHand('DELETE', `/integrations/${id}`);
    expect(deliveries).toHaveLength(1);
  });

  it('delivers twice, with one uuid, when told to', async () => {
    const id = await subscribe();
    await control.switches({ webhook_duplicates: 1 });
    await makeGroup('Twice');
    await eventually('both came', async () => deliveries.length === 2);
    expect(new Set(deliveries.map(({ event }) => event.uuid)).size).toBe(1);
    expect(deliveries[0]?.signature).toBeUndefined();
    await control.switches({ webhook_duplicates: 0 });
    await control.byHand('DELETE', `/integrations/${id}`);
  });

  it('tries again, gives up, and disables a webhook that keeps failing', async () => {
    const id = await subscribe();
    answer = 500;
    await control.switches({ webhook_attempts: 2, webhook_disable_after: 2 });
    const read = () =>
      control.byHand('GET', `/integrations/${id}`) as Promise<{ enabled: boolean; disabled_due_to_error: boolean }>;
    await makeGroup('First');
    await eventually('it was tried twice', async () => deliveries.length === 2);
    expect(await read()).toMatchObject({ enabled: true });
    await makeGroup('Second');
    await eventually('it is disabled', async () => (await read()).disabled_due_to_error);
    await makeGroup('Third');
    answer = 200;
    await control.byHand('PATCH', `/integrations/${id}`, { integration: { enabled: true } });
    await makeGroup('Fourth');
    await eventually('it is delivered again', async () => deliveries.some(({ body }) => body.includes('Fourth')));
    expect(deliveries.some(({ body }) => body.includes('Third'))).toBe(false);
  });
});
