import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { KEYS, revokeKey } from '../support/kisi-keys';
import { ADA, THAMES } from '../support/world';

/** Between us and Kisi: holds the grants back until it is told to let them go. */
async function startGate(
  target: string,
): Promise<{ url: string; arrived: Promise<void>; open(): void; server: Server }> {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === 'POST' && request.url?.startsWith('/role_assignments')) {
        arrive();
        await opened;
      }
      const answer = await fetch(target + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers: { Authorization: request.headers.authorization ?? '', 'Content-Type': 'application/json' },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const range = answer.headers.get('x-collection-range');
      const date = { Date: answer.headers.get('date') ?? '' };
      response.writeHead(answer.status, range === null ? date : { ...date, 'X-Collection-Range': range });
      response.end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, arrived, open, server };
}

describe('another key while an attempt is under way', () => {
  let line: BenchLine;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
  });
  afterEach(() => line.stop());

  const connect = (apiKey: string, baseUrl: string): Promise<void> =>
    line.latchkey.http.connectIntegration(
      { organizationId: line.organizationId, name: 'Olivia' },
      { integrationId: line.integrationId, apiKey, baseUrl },
    );
  const health = async () =>
    (await line.ledger.prisma.integration.findUniqueOrThrow({ where: { id: line.integrationId } })).health;

  it.each([
    ['finishes with the old key where that still works', false],
    ['does not make the new key invalid where the old one was just revoked', true],
  ])('%s', async (_what, isRevoked) => {
    const gate = await startGate(line.simulator.url);
    await connect(KEYS.integration, gate.url);
    await line.book({ id: 'a', member: ADA, from: 0, until: 60 });
    const running = line.run();
    await gate.arrived;
    await connect(KEYS.olivia, line.simulator.url);
    if (isRevoked) await revokeKey(line.simulator.url, KEYS.integration);
    gate.open();
    await running;
    expect(await health()).toBe('ok');
    await line.goTo(1);
    expect((await line.simulator.access(ADA.email, THAMES.lock, line.now())).allowed).toBe(true);
    expect(await line.booking('a')).toMatchObject({ state: 'active', problems: [] });
    await line.say('a', { kind: 'cancellation', version: null });
    await line.goTo(2);
    expect(await line.simulator.assignmentsOf(ADA.email)).toEqual([]);
    gate.server.close();
  });

  it('takes for ours what the old key made without an answer', async () => {
    await line.simulator.fault({ method: 'POST', path: '/role_assignments', kind: 'drop_after', times: 1 });
    await line.book({ id: 'a', member: ADA, from: 0, until: 60 });
    await line.run();
    await connect(KEYS.olivia, line.simulator.url);
    await line.goTo(2);
    expect((await line.booking('a')).state).toBe('active');
    await line.say('a', { kind: 'cancellation', version: null });
    await line.goTo(3);
    expect(await line.simulator.assignmentsOf(ADA.email)).toEqual([]);
  });
});
