import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { compose, type Latchkey } from '../../src/compose';
import type { BookingFact } from '../../src/domain/facts';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import type { OpenLedger } from '../../src/ledger/open';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import type { BookingView } from '../../src/usecases/bookings';
import type { EntitlementKey, IntegrationKey, PersonKey, Waker } from '../../src/usecases/ports';
import { createSimulatorControl, type SimulatorControl } from './simulator-control';
import { bookingFact, type BookingInput } from './world/bookings';
import { mapDoor } from './world/map-door';
import { makeSite, type Site } from './world/site';

const MINUTE_MS = 60_000;

/**
 * The activities on a real database against the simulator, woken by hand instead of by workflows: each step and each
 * instant is the test's own, so any script of faults can be played fast.
 */
export interface BenchLine extends Site {
  readonly latchkey: Latchkey;
  readonly ledger: OpenLedger;
  readonly simulator: SimulatorControl;
  /** Epoch milliseconds of the line's own clock. */
  now(): number;
  at(minute: number): number;
  book(input: BookingInput): Promise<void>;
  say(id: string, fact: BookingFact): Promise<void>;
  map(resource: string, group: number): Promise<void>;
  /** Does all that is due now. */
  run(): Promise<void>;
  /** Moves the clock there, stopping at each instant at which somebody wanted to look again. */
  goTo(minute: number): Promise<void>;
  booking(id: string): Promise<BookingView>;
  stop(): Promise<void>;
}

interface Looks {
  readonly dueAt: number | null;
  readonly look: () => Promise<number | null>;
}

/** No change and no wake-up should need more steps than this at one instant. */
const MOST_STEPS = 300;

/** @param options `attendsDoors`: the doors are attended to too; without, an hour of a test is not full of readings */
export async function openBenchLine(
  ledger: OpenLedger,
  server?: RunningSimulator,
  { attendsDoors = false }: { readonly attendsDoors?: boolean } = {},
): Promise<BenchLine> {
  const running = server ?? (await startSimulator({ port: 0 }));
  const simulator = createSimulatorControl(running.url);
  await simulator.switches({ requestsPerSecond: 0 });
  const base = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  let now = base;
  await simulator.setClock(now);

  const waiting = new Map<string, Looks>();
  const pauses = new Map<string, { readonly failures: number; readonly until: number }>();
  const waker: Waker = {
    wakeEntitlements: (keys) =>
      keys.forEach((key) => wake(`e/${key.kind}/${key.externalId}`, () => lookAtEntitlement(key))),
    wakePersons: (keys) => keys.forEach((key) => wake(`p/${key.personId}`, () => lookAtPerson(key))),
    wakeIntegrations: (wakes) => {
      for (const key of wakes) {
        if (key.attention === 'disconnect') wake(`disconnect/${key.integrationId}`, () => lookAtDisconnect(key));
        if (key.attention === 'disconnect' || !attendsDoors) continue;
        pauses.clear();
        wake(`doors/${key.integrationId}`, () => lookAtDoors(key));
      }
    },
  };
  const wake = (id: string, look: Looks['look']): void => void waiting.set(id, { dueAt: now, look });
  // Nobody is there: the activities are called, not queued.
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const latchkey = compose({
    ledger,
    temporal,
    logger: createLogger('silent', 'test'),
    secrets: createSecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    kisiBaseUrl: running.url,
    kisiRequestsPerSecond: 0,
    relayLateMs: 30_000,
    temporalUiUrl: null,
    clock: () => now,
    waker,
  });
  const { ledgerActivities, kisiActivities } = latchkey.workers;
  const inActivity = <Args extends unknown[], T>(activity: (...args: Args) => Promise<T>, ...args: Args): Promise<T> =>
    new MockActivityEnvironment().run(activity, ...args);
  const lookAtEntitlement = async (key: EntitlementKey): Promise<number | null> => {
    const look = await inActivity(ledgerActivities.refreshEntitlement, key, now);
    return look.isDone ? null : look.lookAgainAt;
  };
  const lookAtDisconnect = async ({ organizationId, integrationId }: IntegrationKey): Promise<number | null> => {
    const key = { organizationId, integrationId };
    const look = await inActivity(ledgerActivities.refreshDisconnect, key, now);
    return look.lookAgainAt;
  };
  const lookAtPerson = async (key: PersonKey): Promise<number | null> => {
    const plan = await inActivity(ledgerActivities.planPerson, key, now);
    if (plan.next === null) return plan.isFinished ? null : plan.lookAgainAt;
    await inActivity(kisiActivities.grantAccess, key, plan.next);
    return now;
  };
  const lookAtDoors = async (key: IntegrationKey): Promise<number | null> => {
    const pause = pauses.get(key.integrationId) ?? { failures: 0, until: 0 };
    const plan = await inActivity(ledgerActivities.refreshDoors, key, now, pause.until);
    const { next } = plan;
    if (next === null) return plan.isFinished ? null : plan.lookAgainAt;
    const { contact, waitUntil } =
      next.kind === 'read_doors'
        ? await inActivity(kisiActivities.readDoors, key)
        : await inActivity(kisiActivities.checkLockGroup, key, next);
    const failures = contact === 'answered' ? 0 : pause.failures + 1;
    const until = failures === 0 ? (waitUntil ?? 0) : now + 1_000 * 2 ** Math.min(failures, 6);
    pauses.set(key.integrationId, { failures, until });
    return now;
  };

  const site = await makeSite(latchkey, running);
  const at = (minute: number): number => base + minute * MINUTE_MS;
  const run = async (): Promise<void> => {
    for (let step = 0; ; step += 1) {
      const due = [...waiting].find(([, { dueAt }]) => dueAt !== null && dueAt <= now);
      if (due === undefined) return;
      if (step > MOST_STEPS) throw new Error(`There is no end at ${new Date(now).toISOString()}: ${due[0]}`);
      const [id, { look }] = due;
      waiting.set(id, { dueAt: null, look });
      const again = await look();
      const woken = waiting.get(id)?.dueAt ?? null;
      if (woken === null) waiting.set(id, { dueAt: again, look });
    }
  };
  const receive = async (id: string, given: ReturnType<typeof bookingFact>): Promise<void> => {
    const key = { organizationId: site.organizationId, kind: 'booking', sourceId: 'default', externalId: id } as const;
    await latchkey.http.receiveFact({ ...key, ...given, idempotencyKey: null, eventId: null });
  };
  return {
    ...site,
    latchkey,
    ledger,
    simulator,
    now: () => now,
    at,
    book: (input) => receive(input.id, bookingFact(input, at)),
    say: (id, fact) =>
      receive(id, { kind: 'booking', fact, member: null, payload: { fact: fact.kind }, versionKind: null }),
    map: (resource, group) => mapDoor(latchkey, site, resource, group),
    run,
    async goTo(minute) {
      const end = at(minute);
      await run();
      for (;;) {
        const next = [...waiting.values()].flatMap(({ dueAt }) => (dueAt === null || dueAt > end ? [] : [dueAt]));
        // The relay looks every half minute, as it does beside the workflows.
        now = Math.min(end, now + MINUTE_MS / 2, ...next.map((one) => Math.max(one, now + 1)));
        await simulator.setClock(now);
        await latchkey.relay.tick();
        await run();
        if (now >= end) return;
      }
    },
    async booking(id) {
      const view = await latchkey.http.bookings.get(site.organizationId, 'default', id, now);
      if (view === null) throw new Error(`There is no booking ${id}.`);
      return view;
    },
    async stop() {
      await temporal.connection.close();
      await ledger.close();
      if (server === undefined) await running.close();
    },
  };
}
