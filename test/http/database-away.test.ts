import net from 'node:net';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { openLedger } from '../../src/ledger/open';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { createTestDatabase } from '../support/databases';

/** A way to a Postgres that can be cut and mended. */
async function startProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  let isOpen = true;
  const server = net.createServer((socket) => {
    if (!isOpen) return void socket.destroy();
    const onward = net.connect(Number(target.port), target.hostname);
    sockets.add(socket);
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    socket.on('error', () => undefined);
    onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  const address = server.address();
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    cut() {
      isOpen = false;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    mend: () => void (isOpen = true),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('while the database is away', () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let line: BenchLine;

  beforeAll(async () => {
    proxy = await startProxy(await createTestDatabase());
    line = await openBenchLine(await openLedger({ databaseUrl: proxy.url }));
  });
  afterAll(async () => {
    await line.stop();
    await proxy.close();
  });

  it('answers 503 so that booking systems send again, and takes the same fact when it is back', async () => {
    const app = createApp(line.latchkey.http);
    const actor = { organizationId: line.organizationId, name: 'test' };
    const made = await line.latchkey.http.makeToken(actor, { name: 'all', scopes: ['events', 'read'], sourceId: null });
    if (made === 'unknown_source') throw new Error(made);
    const put = () =>
      request(app)
        .put('/v1/bookings/b1')
        .set('Authorization', `Bearer ${made.token}`)
        .send({
          status: 'confirmed',
          payment: 'paid',
          resourceId: 'thames',
          member: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
          startsAt: '2030-05-04T09:00:00Z',
          endsAt: '2030-05-04T10:00:00Z',
        });
    proxy.cut();
    for (let time = 0; time < 3; time += 1) {
      const refused = await put();
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([503, 'unavailable', '5']);
    }
    expect((await request(app).get('/healthz')).status).toBe(200);
    proxy.mend();
    expect((await put()).status).toBe(202);
  });
});
