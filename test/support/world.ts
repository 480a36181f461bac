import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { compose, type Latchkey } from '../../src/compose';
import { startSimulator } from '../../src/kisi-simulator/start';
import type { OpenLedger } from '../../src/ledger/open';
import { createLogger } from '../../src/logger';
import { createSecretBox } from '../../src/secrets';
import { openTestLedger } from './databases';
import { createSimulatorControl, type SimulatorControl } from './simulator-control';
import { createActions, type WorldActions } from './world/actions';
import { makeSite, type Site } from './world/site';
import { createTime } from './world/time';
import { runWorkers } from './world/workers';

export { ADA, BOB } from './world/bookings';

/** Doors and groups of the simulator's seed that the tests open. */
export const FRONT = { group: 4001, lock: 3001 } as const;
export const THAMES = { group: 4002, lock: 3002 } as const;

/**
 * Everything but the doors for real: Temporal with skipped time, Postgres, the simulator over HTTP on the same time, workers.
 *
 * Lead time is 15 minutes, as everywhere.
 */
export interface World extends Site, WorldActions {
  readonly latchkey: Latchkey;
  readonly ledger: OpenLedger;
  readonly env: TestWorkflowEnvironment;
  readonly simulator: SimulatorControl;
  stop(): Promise<void>;
}

let isRuntimeInstalled = false;

/** @param options `attendsDoors`: the integration's `doors` workflow does its work too */
export async function startWorld({ attendsDoors = false }: { readonly attendsDoors?: boolean } = {}): Promise<World> {
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
  const { workers, running } = await runWorkers(env, latchkey, site.integrationId, time.sync, attendsDoors);
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
