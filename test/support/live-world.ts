import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { compose, type Latchkey } from '../../src/compose';
import { startSimulator } from '../../src/kisi-simulator/start';
import type { OpenLedger } from '../../src/ledger/open';
import { createLogger, type Logger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import { connectWorkers, createTemporalClient } from '../../src/temporal/connection';
import { installTemporalRuntime } from '../../src/temporal/runtime';
import { workflowBundle } from '../../src/temporal/workflow-bundle';
import { startWorkers } from '../../src/temporal/workers';
import type { BookingView } from '../../src/usecases/bookings';
import type { EntitlementKey } from '../../src/usecases/ports';
import { openTestLedger } from './databases';
import { createNamespace } from './namespaces';
import { createSimulatorControl, type SimulatorControl } from './simulator-control';
import { makeSite, type Site } from './world/site';
import { mapDoor } from './world/map-door';

/** The whole line on a real Temporal server in real time: what skipped time cannot show. */
export interface LiveLine {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly latchkey: Latchkey;
  readonly ledger: OpenLedger;
  readonly simulator: SimulatorControl;
  /** From now on somebody works on Kisi's queue. */
  openKisiQueue(): Promise<void>;
  stop(): Promise<void>;
}

/** The line with one organization that is set up and connected. */
export interface LiveWorld extends Site, LiveLine {
  keyOf(bookingId: string): EntitlementKey & { readonly kind: 'booking' };
  booking(bookingId: string): Promise<BookingView>;
  map(resource: string, group: number): Promise<void>;
}

interface LiveOptions {
  /** False: what is to be done at Kisi waits in its queue until it is opened. */
  readonly isKisiQueueOpen?: boolean;
  /** Gets every line that is logged, at every level, Temporal's own included. */
  readonly log?: string[];
}

export async function startLiveWorld(options: LiveOptions = {}): Promise<LiveWorld> {
  const line = await startLiveLine(makeSite, options);
  const { latchkey, made: site } = line;
  return {
    ...line,
    ...site,
    keyOf: (bookingId) => ({
      organizationId: site.organizationId,
      kind: 'booking',
      sourceId: 'default',
      externalId: bookingId,
    }),
    async booking(bookingId) {
      const view = await latchkey.http.bookings.get(site.organizationId, 'default', bookingId, Date.now());
      if (view === null) throw new Error(`There is no booking ${bookingId}.`);
      return view;
    },
    map: (resource, group) => mapDoor(latchkey, site, resource, group),
  };
}

/** @param setUp makes what is to be there before the workers start */
export async function startLiveLine<Made>(
  setUp: (latchkey: Latchkey, simulator: { readonly url: string }) => Promise<Made>,
  options: LiveOptions = {},
): Promise<LiveLine & { readonly made: Made }> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (address === undefined) throw new Error('Run the tests with: npm test');
  const logger = options.log === undefined ? createLogger('silent', 'test') : collectLog(options.log);
  if (options.log !== undefined) installTemporalRuntime(logger);
  else Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  const [namespace, ledger, server] = await Promise.all([
    createNamespace(address),
    openTestLedger(),
    startSimulator({ port: 0 }),
  ]);
  const simulator = createSimulatorControl(server.url);
  await simulator.switches({ requestsPerSecond: 0 });
  const client = createTemporalClient({ address, namespace });
  const latchkey = compose({
    ledger,
    temporal: client,
    logger,
    secrets: createSecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    kisiBaseUrl: server.url,
    kisiRequestsPerSecond: 0,
    relayLateMs: 1_000,
    temporalUiUrl: null,
  });
  const made = await setUp(latchkey, server);
  const { connection } = await connectWorkers({ address, namespace });
  let isKisiOpen = options.isKisiQueueOpen ?? true;
  const workers = await startWorkers({
    ...latchkey.workers,
    listConnected: async () => (isKisiOpen ? latchkey.workers.listConnected() : []),
    connection,
    namespace,
    workflowBundle: workflowBundle(),
  });
  const relay = latchkey.startRelay(200);
  return {
    made,
    address,
    namespace,
    client,
    latchkey,
    ledger,
    simulator,
    async openKisiQueue() {
      isKisiOpen = true;
      await workers.supervise();
    },
    async stop() {
      await relay.stop();
      await workers.stop();
      await latchkey.drain();
      await connection.close();
      await client.connection.close();
      await ledger.close();
      await server.close();
    },
  };
}

function collectLog(log: string[]): Logger {
  return createLogger('trace', 'test', { write: (line) => void log.push(line) });
}
