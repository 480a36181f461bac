import { MockActivityEnvironment } from '@temporalio/testing';
import { Client, Connection } from '@temporalio/client';
import request from 'supertest';
import { compose, type ComposeOptions, type Latchkey } from '../../src/compose';
import { createApp } from '../../src/http/app';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { openLedger } from '../../src/ledger/open';
import { createFanOutPage } from '../../src/ledger/relay-rows';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import type { EntitlementKey } from '../../src/usecases/ports';
import { createTestDatabase } from '../support/databases';
import { bookingFact } from '../support/world/bookings';
import { mapDoor } from '../support/world/map-door';
import { makeSite } from '../support/world/site';

const MINUTE_MS = 60_000;
const LATE_MS = 30_000;
const BOOKINGS = 400;
const PAGE = 150;

/** The process that answered a change of a mapping dies before all of those whom it concerns are marked. */
describe('a mapping change that concerns 400 bookings, killed halfway', () => {
  let simulator: RunningSimulator;
  let databaseUrl: string;
  let now = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  const at = (minute: number): number => now + minute * MINUTE_MS;

  beforeAll(async () => {
    [simulator, databaseUrl] = await Promise.all([startSimulator({ port: 0 }), createTestDatabase()]);
  });
  afterAll(() => simulator.close());

  /** One process: what it wakes is written down instead of sent. */
  const start = async () => {
    const ledger = await openLedger({ databaseUrl });
    const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const woken: EntitlementKey[] = [];
    const options: ComposeOptions = {
      ledger,
      temporal,
      logger: createLogger('silent', 'test'),
      secrets: createSecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]),
      kisiBaseUrl: simulator.url,
      kisiRequestsPerSecond: 0,
      relayLateMs: LATE_MS,
      temporalUiUrl: null,
      fanOutPageSize: PAGE,
      clock: () => now,
      waker: {
        wakeEntitlements: (keys) => void woken.push(...keys),
        wakePersons: () => undefined,
        wakeIntegrations: () => undefined,
      },
    };
    const latchkey = compose(options);
    const stop = async (): Promise<void> => {
      await temporal.connection.close();
      await ledger.close();
    };
    return { ledger, latchkey, woken, stop };
  };
  const lookAt = async (latchkey: Latchkey, keys: readonly EntitlementKey[]): Promise<void> => {
    const { refreshEntitlement } = latchkey.workers.ledgerActivities;
    for (const key of keys) await new MockActivityEnvironment().run(refreshEntitlement, key, now);
  };

  it('reaches all of them after a restart', async () => {
    const first = await start();
    const site = await makeSite(first.latchkey, simulator);
    await mapDoor(first.latchkey, site, 'thames', 4002);
    const { organizationId } = site;
    for (let index = 0; index < BOOKINGS; index += 1) {
      const member = { id: `m-${index % 40}`, email: `m-${index % 40}@example.com`, name: 'M' };
      const fact = bookingFact({ id: `b-${index}`, member, from: 60 + index * 60, until: 90 + index * 60 }, at);
      const key = { organizationId, kind: 'booking', sourceId: 'default', externalId: `b-${index}` } as const;
      await first.latchkey.http.receiveFact({ ...key, ...fact, idempotencyKey: null, eventId: null });
    }
    await lookAt(first.latchkey, first.woken);
    expect(await first.ledger.prisma.claim.count({ where: { groupId: 4002 } })).toBe(BOOKINGS);
    const seen = first.woken.length;

    // The change is answered; one page later the process is gone, and its wake-ups with it.
    const { token } = await tokenOf(first.latchkey, organizationId);
    const saved = await request(createApp({ ...first.latchkey.http, kick: () => undefined }))
      .put('/v1/door-mappings/front')
      .set('Authorization', `Bearer ${token}`)
      .send({
        subject: { type: 'resource', id: 'thames' },
        integrationId: site.integrationId,
        target: { type: 'group', id: 4001 },
        name: 'Front door',
      });
    expect(saved.status).toBe(200);
    for (let marked = 0; marked === 0;) {
      marked = (await createFanOutPage(first.ledger, PAGE)(now))?.entitlements.length ?? PAGE;
    }
    const isDirty = { where: { organizationId, dirtySince: { not: null } } };
    expect(await first.ledger.prisma.entitlement.count(isDirty)).toBe(PAGE);
    expect(first.woken).toHaveLength(seen);
    await first.stop();

    now += LATE_MS + 1_000;
    const second = await start();
    await second.latchkey.relay.tick();
    expect(new Set(second.woken.map(({ externalId }) => externalId)).size).toBe(BOOKINGS);
    await lookAt(second.latchkey, second.woken);
    expect(await second.ledger.prisma.claim.count({ where: { groupId: 4001, isReleased: false } })).toBe(BOOKINGS);
    expect(await second.ledger.prisma.entitlement.count(isDirty)).toBe(0);
    expect(await second.ledger.prisma.fanOut.count({ where: { doneAt: null } })).toBe(0);
    await second.stop();
  });

  const tokenOf = async ({ http }: Latchkey, organizationId: string): Promise<{ token: string }> => {
    const made = await http.makeToken(
      { organizationId, name: 'test' },
      { name: 'admin', scopes: ['admin'], sourceId: null },
    );
    if (made === 'unknown_source') throw new Error('no source');
    return made;
  };
});
