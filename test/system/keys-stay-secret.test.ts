import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { eventually } from '../support/eventually';
import { KEYS, revokeKey } from '../support/kisi-keys';
import { startLiveWorld, type LiveWorld } from '../support/live-world';
import { ADA, BOB, THAMES } from '../support/world';
import { bookingFact } from '../support/world/bookings';
import { mapLock } from '../support/world/map-lock';

const MINUTE_MS = 60_000;
const LEA = 3003;
const REFUSED = 'a-key-that-kisi-refuses';
/** Not even the beginning of a key may be seen anywhere. */
const PARTS = [...Object.values(KEYS), REFUSED, 'simulated-key', 'simulated-second', 'KISI-LOGIN'];
const WORKFLOWS = ['bookingAccess', 'memberAccess', 'doors', 'integrationDisconnect'];

interface Recorded {
  readonly type: string;
  readonly id: string;
  /** As Temporal keeps it, with every payload readable too. */
  readonly text: string;
}

/** From the first key to the last: connected, refused, failing, rotated, stored by mistake, revoked, disconnected. */
describe('the key of a Kisi organization', () => {
  const log: string[] = [];
  const answers: string[] = [];
  const sealed: string[] = [];
  let world: LiveWorld;
  let histories: Recorded[];

  const integration = () => world.ledger.prisma.integration.findUniqueOrThrow({ where: { id: world.integrationId } });
  const until = (what: string, isSo: () => Promise<boolean>): Promise<boolean> => eventually(what, isSo);
  const stateOf = async (id: string): Promise<string> => (await world.booking(id)).state;

  beforeAll(async () => {
    world = await startLiveWorld({ log });
    const { latchkey, simulator, ledger, organizationId, integrationId } = world;
    const startedAt = Date.now();
    const actor = { organizationId, name: 'test' };
    const made = await latchkey.http.makeToken(actor, { name: 'all', scopes: ['read', 'admin'], sourceId: null });
    if (made === 'unknown_source') throw new Error('There is no such source.');
    const app: Express = createApp(latchkey.http);
    const path = `/v1/integrations/${integrationId}`;
    const call = async (method: 'post' | 'put' | 'delete', where: string, body?: object | string): Promise<number> => {
      const sent = request(app)
        [method](path + where)
        .set('Authorization', `Bearer ${made.token}`);
      const answer = await sent.set('Content-Type', 'application/json').send(body);
      answers.push(answer.text);
      sealed.push((await integration()).apiKeyEncrypted ?? '');
      return answer.status;
    };
    const connect = (apiKey: string, baseUrl = simulator.url) => call('put', '/connection', { apiKey, baseUrl });
    const book = (id: string, member = ADA): Promise<unknown> =>
      latchkey.http.receiveFact({
        ...world.keyOf(id),
        ...bookingFact({ id, member, from: -1, until: 60 }, (minute) => startedAt + minute * MINUTE_MS),
        idempotencyKey: null,
        eventId: null,
      });

    // Connected, and refused in every way.
    expect(await connect(KEYS.integration)).toBe(200);
    expect(await call('post', '/test', {})).toBe(200);
    expect(await connect(REFUSED)).toBe(422);
    expect(await connect(KEYS.sam)).toBe(422);
    expect(await connect(KEYS.olivia, 'http://127.0.0.1:9')).toBe(502);
    expect(await call('put', '/connection', `{"apiKey":"${KEYS.olivia}"`)).toBe(400);
    expect(await call('put', '/connection', { apiKey: [KEYS.olivia], key: KEYS.olivia })).toBe(422);

    // Calls that fail in every way, and then work.
    await simulator.fault({ method: 'POST', path: '/role_assignments', kind: 'status', status: 403, times: 1 });
    await simulator.fault({ method: 'GET', path: '/locks', kind: 'html', times: 1 });
    await simulator.fault({ method: 'GET', path: '/users', kind: 'drop_before', times: 1 });
    await world.map('thames', THAMES.group);
    await mapLock(latchkey, world, 'thames', LEA);
    await book('a');
    await until('the doors open', async () => (await stateOf('a')) === 'active');

    // Rotated; then stored as it is by mistake, so that attempts break where nobody expects it.
    expect(await connect(KEYS.second)).toBe(200);
    const { apiKeyEncrypted } = await integration();
    const store = (apiKey: string | null): Promise<unknown> =>
      ledger.prisma.integration.update({ where: { id: integrationId }, data: { apiKeyEncrypted: apiKey } });
    await store(KEYS.second);
    await book('b', BOB);
    await until('an attempt breaks', async () => log.some((line) => line.includes('"part":"temporal"')));
    expect(await call('post', '/test', {})).toBe(500);
    await store(apiKeyEncrypted);
    await revokeKey(simulator.url, KEYS.second);
    await until('the key is refused', async () => (await integration()).health === 'key_invalid');

    // Rotated again, and taken away.
    expect(await connect(KEYS.olivia)).toBe(200);
    await until('both live', async () => (await stateOf('a')) === 'active' && (await stateOf('b')) === 'active');
    expect(await call('delete', '/connection?mode=revoke')).toBe(202);
    await until('the connection is ended', async () => (await integration()).status === 'disconnected');
    histories = await readHistories(world);
  }, 120_000);
  afterAll(() => world.stop());

  const keysIn = (text: string): string[] =>
    [...PARTS, ...sealed.filter(Boolean)].filter((part) => text.includes(part));

  it('is in no line of the log', () => {
    const lines = log.join('');
    expect(lines).toContain('"msg":"request"');
    expect(lines).toContain('"msg":"a request failed"');
    expect(lines).toContain('"part":"temporal"');
    expect(log.filter((line) => keysIn(line).length > 0)).toEqual([]);
  });

  it.each(WORKFLOWS)('is in no history of %s', (type) => {
    const ofType = histories.filter((one) => one.type === type);
    expect(ofType).not.toEqual([]);
    expect(ofType.map(({ id, text }) => ({ id, keys: keysIn(text) })).filter(({ keys }) => keys.length > 0)).toEqual(
      [],
    );
  });

  it('is in no history that failed attempts left', () => {
    expect(histories.some(({ text }) => text.includes('"activityTaskFailedEventAttributes"'))).toBe(true);
  });

  it('is in no answer of the API', () => {
    expect(answers.filter((answer) => keysIn(answer).length > 0)).toEqual([]);
  });

  it('is found by this search where it is', () => {
    const payload = Buffer.from(`{"apiKey":"${KEYS.olivia}"}`).toString('base64');
    expect(keysIn(readable(`{"data":"${payload}"}`))).toContain(KEYS.olivia);
  });
});

/** The text with every payload in it decoded behind it. */
function readable(json: string): string {
  const payloads = [...json.matchAll(/"data":"([^"]*)"/g)].map(([, data]) =>
    Buffer.from(data ?? '', 'base64').toString(),
  );
  return [json, ...payloads].join('\n');
}

/** Every run of every workflow in the namespace; the list of them is a little behind. */
async function readHistories({ client, organizationId }: LiveWorld): Promise<Recorded[]> {
  const list = async (): Promise<{ type: string; workflowId: string; runId: string }[]> => {
    const all = [];
    for await (const { type, workflowId, runId } of client.workflow.list()) all.push({ type, workflowId, runId });
    return all;
  };
  const runs = await eventually(`every workflow of ${organizationId} is listed`, list, (all) =>
    WORKFLOWS.every((type) => all.some((one) => one.type === type)),
  );
  return Promise.all(
    runs.map(async ({ type, workflowId, runId }) => {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      return { type, id: workflowId, text: readable(JSON.stringify(JSON.parse(historyToJSON(history)))) };
    }),
  );
}
