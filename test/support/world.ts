import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createKisiActivities, createLedgerActivities } from '../../activities';
import { compose, type Latchkey } from '../../src/compose';
import type { BookingFact } from '../../src/domain/facts';
import { MINUTE_MS } from '../../src/domain/time';
import type { OpenLedger } from '../../src/ledger/open';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { workflowBundle } from '../../src/temporal/workflow-bundle';
import type { BookingView } from '../../src/usecases/bookings';
import { kisiTaskQueue, WORKFLOW_TASK_QUEUE } from '../../workflows/ids';
import { openTestLedger } from './databases';
import { createSimulatorControl, type SimulatorControl } from './simulator-control';

/** Doors and groups of the simulator's seed that the tests open. */
export const FRONT = { group: 4001, lock: 3001 } as const;
export const THAMES = { group: 4002, lock: 3002 } as const;

export interface BookingInput {
  readonly id: string;
  readonly member?: { readonly id: string; readonly email: string; readonly name: string };
  readonly resource?: 'thames' | 'lobby' | 'unmapped';
  readonly status?: 'pending' | 'confirmed' | 'cancelled' | 'failed';
  readonly payment?: 'not_required' | 'due' | 'paid' | 'refunded';
  /** Minutes from the beginning of the test. */
  readonly from: number;
  readonly until: number;
  readonly version?: number;
}

export const ADA = { id: 'ada', email: 'ada@example.com', name: 'Ada' };
export const BOB = { id: 'bob', email: 'bob@example.com', name: 'Bob' };

/**
 * Everything but the doors for real: Temporal with skipped time, Postgres, the simulator over HTTP on the same time, workers.
 *
 * Lead time is 15 minutes, as everywhere.
 */
export interface World {
  readonly latchkey: Latchkey;
  readonly ledger: OpenLedger;
  readonly env: TestWorkflowEnvironment;
  readonly simulator: SimulatorControl;
  readonly organizationId: string;
  readonly integrationId: string;
  /** Minute 0 is the next full minute from now on; each test begins with it. */
  begin(): Promise<void>;
  /** The instant of a minute of the test. */
  at(minute: number): number;
  /** Skips to a minute of the test. */
  goTo(minute: number): Promise<void>;
  book(input: BookingInput): Promise<'applied' | 'stale' | 'duplicate'>;
  say(id: string, fact: BookingFact): Promise<'applied' | 'stale' | 'duplicate'>;
  /** Lets what was caused happen, in no time at all. */
  settle(): Promise<void>;
  booking(id: string): Promise<BookingView>;
  /** What the door would do now. */
  opens(email: string, lock: number): Promise<boolean>;
  map(resource: string, group: number, id?: string): Promise<void>;
  stop(): Promise<void>;
}

let isRuntimeInstalled = false;

export async function startWorld(): Promise<World> {
  const path = process.env['TEMPORAL_TEST_SERVER_PATH'];
  if (!path) throw new Error('Run the tests with: npm test');
  if (!isRuntimeInstalled) {
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  }
  isRuntimeInstalled = true;
  const [env, ledger, server] = await Promise.all([
    TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } }),
    openTestLedger(),
    startSimulator({ port: 0 }),
  ]);
  const simulator = createSimulatorControl(server.url);
  await simulator.switches({ requestsPerSecond: 0 });
  const time = createTime(env, simulator);
  await time.sync();
  const latchkey = compose({
    ledger,
    temporal: env.client,
    logger: createLogger('silent', 'test'),
    secrets: createSecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    kisiBaseUrl: server.url,
    kisiRequestsPerSecond: 0,
    relayLateMs: 30_000,
    temporalUiUrl: null,
    clock: time.now,
  });
  const site = await makeSite(latchkey, server);
  const { workers, running } = await runWorkers(env, latchkey, site.integrationId, time.sync);
  return {
    latchkey,
    ledger,
    env,
    simulator,
    ...site,
    ...createActions({ latchkey, env, simulator, time, ledger, ...site }),
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await latchkey.drain();
      await env.teardown();
      await ledger.close();
      await server.close();
    },
  };
}

interface Time {
  now(): number;
  /** Asks the server what time it is and tells the simulator. */
  sync(): Promise<number>;
}

function createTime(env: TestWorkflowEnvironment, simulator: SimulatorControl): Time {
  let last = { simulated: 0, real: 0 };
  return {
    now: () => last.simulated + (Date.now() - last.real),
    async sync() {
      const simulated = await env.currentTimeMs();
      last = { simulated, real: Date.now() };
      await simulator.setClock(simulated);
      return simulated;
    },
  };
}

async function makeSite(
  { http, createOrganization }: Latchkey,
  server: RunningSimulator,
): Promise<{ readonly organizationId: string; readonly integrationId: string }> {
  const { organizationId } = await createOrganization('Test');
  const actor = { organizationId, name: 'test' };
  const { catalogue } = http;
  await catalogue.saveLocation(actor, { id: 'london', name: 'London', timeZone: 'Europe/London' });
  const integrationId = randomUUID();
  const integration = { id: integrationId, name: 'Kisi', mode: 'enforce', locationIds: ['london'] } as const;
  await catalogue.createIntegration(actor, integration);
  await http.connectIntegration(actor, {
    integrationId,
    apiKey: 'simulated-key-of-the-integration',
    baseUrl: server.url,
  });
  for (const id of ['thames', 'lobby', 'unmapped']) {
    await catalogue.saveResource(actor, { source: 'default', id, name: id, kind: 'room', locationId: 'london' });
  }
  return { organizationId, integrationId };
}

/** Time is read before and everybody woken after each activity: otherwise the server would skip what is under way. */
async function runWorkers(
  env: TestWorkflowEnvironment,
  latchkey: Latchkey,
  integrationId: string,
  sync: () => Promise<number>,
): Promise<{ readonly workers: readonly Worker[]; readonly running: readonly Promise<void>[] }> {
  const wrap =
    <Args extends readonly unknown[], T>(activity: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await sync();
      try {
        return await activity(...args);
      } finally {
        await latchkey.drain();
      }
    };
  const { refreshEntitlement, storeMessages, planPerson } = latchkey.ledgerActivities;
  const common = { connection: env.nativeConnection, namespace: env.namespace ?? 'default' };
  const main = await Worker.create({
    ...common,
    taskQueue: WORKFLOW_TASK_QUEUE,
    workflowBundle: workflowBundle(),
    activities: {
      ...createLedgerActivities({
        refreshEntitlement: wrap(refreshEntitlement),
        storeMessages: wrap(storeMessages),
        planPerson: wrap(planPerson),
      }),
    },
  });
  const kisi = await Worker.create({
    ...common,
    taskQueue: kisiTaskQueue(integrationId),
    activities: { ...createKisiActivities({ carryOut: wrap(latchkey.kisiActivities.grantAccess) }) },
  });
  const workers = [main, kisi];
  return { workers, running: workers.map((worker) => worker.run()) };
}

function createActions(parts: {
  readonly latchkey: Latchkey;
  readonly env: TestWorkflowEnvironment;
  readonly simulator: SimulatorControl;
  readonly ledger: OpenLedger;
  readonly time: Time;
  readonly organizationId: string;
  readonly integrationId: string;
}): Pick<World, 'begin' | 'at' | 'goTo' | 'book' | 'say' | 'settle' | 'booking' | 'opens' | 'map'> {
  const { latchkey, env, simulator, ledger, time, organizationId, integrationId } = parts;
  let base = 0;
  const actor = { organizationId, name: 'test' };
  const at = (minute: number): number => base + minute * MINUTE_MS;
  // Whatever is due now is done in real time; only what waits for Kisi to recover stays open longer.
  const untilQuiet = async (): Promise<void> => {
    for (let looks = 0, quiet = 0; looks < 60 && quiet < 2; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = (await isQuiet(ledger)) ? quiet + 1 : 0;
    }
  };
  const settle = async (): Promise<void> => {
    await latchkey.drain();
    await time.sync();
    await untilQuiet();
    await time.sync();
  };
  const receive: World['say'] = async (id, fact) => {
    // The test server never completes a workflow task that takes back an activity which nobody has begun, so a fact waits
    // here for the one before it. The development server does; the rehearsal meets that case all the time.
    await untilQuiet();
    await time.sync();
    const key = { organizationId, sourceId: 'default', bookingId: id };
    const rest = {
      versionKind: fact.version === null ? null : ('integer' as const),
      idempotencyKey: null,
      eventId: null,
    };
    const { result } = await latchkey.http.receiveFact({
      ...key,
      fact,
      member: null,
      payload: { fact: fact.kind },
      ...rest,
    });
    await latchkey.drain();
    return result;
  };
  return {
    async begin() {
      base = Math.ceil((await time.sync()) / MINUTE_MS) * MINUTE_MS;
    },
    at,
    settle,
    say: receive,
    async goTo(minute) {
      const waitMs = at(minute) - (await env.currentTimeMs());
      if (waitMs > 0) await env.sleep(waitMs);
      await settle();
    },
    async book(input) {
      await untilQuiet();
      await time.sync();
      const { result } = await latchkey.http.receiveFact({
        organizationId,
        sourceId: 'default',
        bookingId: input.id,
        ...bookingFact(input, at),
        idempotencyKey: null,
        eventId: null,
      });
      await latchkey.drain();
      return result;
    },
    async booking(id) {
      const view = await latchkey.http.bookings.get(organizationId, 'default', id, await time.sync());
      if (view === null) throw new Error(`There is no booking ${id}.`);
      return view;
    },
    async opens(email, lock) {
      return (await simulator.access(email, lock, await time.sync())).allowed;
    },
    async map(resource, group, id = `${resource}-${group}`) {
      await latchkey.http.catalogue.saveDoorMapping(actor, {
        id,
        subject: { type: 'resource', source: 'default', id: resource },
        integrationId,
        target: { type: 'group', id: group },
        name: id,
        leadMinutes: null,
        graceMinutes: null,
        enabled: true,
      });
      await latchkey.relay.fanOut();
      await latchkey.drain();
    },
  };
}

/** True when nobody has anything to look at and Kisi agrees with every claim. */
async function isQuiet({ prisma }: OpenLedger): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ isQuiet: boolean }[]>`
    SELECT NOT EXISTS (SELECT 1 FROM "Entitlement" WHERE "dirtySeq" > "seenSeq")
       AND NOT EXISTS (SELECT 1 FROM "Person" WHERE "dirtySeq" > "seenSeq")
       AND NOT EXISTS (SELECT 1 FROM "Claim" WHERE "settledRevision" <> "revision")
       AND NOT EXISTS (SELECT 1 FROM "Intent" WHERE "status" = 'open') AS "isQuiet"`;
  return row?.isQuiet === true;
}

function bookingFact(input: BookingInput, at: (minute: number) => number) {
  const { member = ADA, resource = 'thames', status = 'confirmed', payment = 'paid', version } = input;
  const startsAt = at(input.from);
  const endsAt = at(input.until);
  const fact: BookingFact = {
    kind: 'booking',
    version: version ?? null,
    status,
    payment,
    resourceId: resource,
    memberId: member.id,
    startsAt,
    endsAt,
  };
  const payload = {
    status,
    payment,
    resource,
    member,
    startsAt,
    endsAt,
    ...(version === undefined ? {} : { version }),
  };
  return { fact, member, payload, versionKind: version === undefined ? null : ('integer' as const) };
}
