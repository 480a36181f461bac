import { compose, settingsOf, type Latchkey } from './compose';
import { readConfig, type Config } from './config';
import { createApp } from './http/app';
import { listen } from './http/listen';
import { startSimulator, type RunningSimulator } from './kisi-simulator/start';
import { openLedger } from './ledger/open';
import { createLogger } from './logger';
import { runProgram, untilStopped } from './program';
import { createSecretBox } from './secrets';
import { DEMO_LOCATION_ID, DEMO_RESOURCE_IDS, ensureDemo, SIMULATOR_API_KEY, type Demo } from './standalone/demo';
import { openHome, readMasterKeys, type Home } from './standalone/home';
import { endLeftTemporal, forgetTemporal, noteTemporal } from './standalone/leftovers';
import { choosePort } from './standalone/ports';
import { adminUrl, welcome } from './standalone/welcome';
import { connectWorkers, createTemporalClient } from './temporal/connection';
import { startDevServer } from './temporal/dev-server';
import { installTemporalRuntime } from './temporal/runtime';
import { workflowBundle } from './temporal/workflow-bundle';
import { startWorkers } from './temporal/workers';

/** Steps that undo what was started, the last one first. */
type Undo = (() => Promise<unknown>)[];

const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** The embedded database has one connection: more at once would only wait there. */
const LOCAL_ACTIVITIES_AT_ONCE = 8;
/** Little memory over speed: replaying one of ours takes milliseconds. */
const CACHED_WORKFLOWS = 150;

/** The embedded default: everything in one process, with Temporal's development server as its child. */
runProgram(async ({ signal }) => {
  const undo: Undo = [];
  try {
    await run(signal, undo);
  } finally {
    if (signal.aborted) say('\nStopping.');
    for (const step of undo.reverse()) await step();
  }
});

async function run(signal: AbortSignal, undo: Undo): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(process.env['LOG_LEVEL'] === undefined ? 'warn' : config.LOG_LEVEL, 'latchkey');
  installTemporalRuntime(logger);
  const home = openHome(config.LATCHKEY_HOME);
  home.remove('local.json');
  const ledger = await openLedger(
    config.DATABASE_URL === undefined ? { dataDir: home.path('database') } : { databaseUrl: config.DATABASE_URL },
  );
  undo.push(() => ledger.close());
  const simulator = await runSimulator(config, home, undo);
  const temporal = await runTemporal(config, home, undo);
  const client = createTemporalClient({ address: temporal.address });
  undo.push(() => client.connection.close());
  const latchkey = compose({
    ...settingsOf(config),
    ledger,
    temporal: client,
    logger,
    secrets: createSecretBox(config.LATCHKEY_ENCRYPTION_KEYS ?? readMasterKeys(home)),
    temporalUiUrl: temporal.uiUrl,
  });
  const { catalogue, connectIntegration, newId } = latchkey.http;
  const demo = await ensureDemo({ home, catalogue, connect: connectIntegration, newId, simulatorUrl: simulator.url });
  const workersFailed = await runWorkers(config, latchkey, temporal.address, undo);
  const server = await listen(createApp(latchkey.http), await choosePort(config.PORT, 'the API', say));
  undo.push(() => server.close());
  await untilReady(latchkey);
  const apiUrl = `http://127.0.0.1:${server.port}`;
  writeLocal(home, undo, { apiUrl, temporal, simulator, demo });
  say(
    welcome({
      apiUrl,
      temporalUiUrl: temporal.uiUrl,
      simulatorUrl: simulator.url,
      token: demo.token,
      home: home.folder,
    }),
  );
  await Promise.race([untilStopped(signal), untilFailed([temporal.failed, workersFailed], signal)]);
}

async function runSimulator(config: Config, home: Home, undo: Undo): Promise<RunningSimulator> {
  const port = await choosePort(config.SIMULATOR_PORT, 'the Kisi simulator', say);
  const simulator = await startSimulator({ port, stateFile: home.path('simulator.jsonl') });
  undo.push(() => simulator.close());
  // Both sides go by the one setting; without it the simulator keeps what it was told.
  if (process.env['KISI_REQUESTS_PER_SECOND']) {
    const response = await fetch(`${simulator.url}/_simulator/switches`, {
      method: 'PUT',
      body: JSON.stringify({ requestsPerSecond: config.KISI_REQUESTS_PER_SECOND }),
    });
    if (!response.ok)
      throw new Error(`The simulator does not take a rate of ${config.KISI_REQUESTS_PER_SECOND} a second.`);
  }
  return simulator;
}

interface Temporal {
  readonly address: string;
  readonly uiUrl: string | null;
  readonly failed: Promise<never>;
}

async function runTemporal(config: Config, home: Home, undo: Undo): Promise<Temporal> {
  if (config.TEMPORAL_ADDRESS !== undefined) {
    const never = new Promise<never>(() => undefined);
    return { address: config.TEMPORAL_ADDRESS, uiUrl: config.TEMPORAL_UI_URL ?? null, failed: never };
  }
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  if (!cliPath) throw new Error('TEMPORAL_CLI_PATH names no program. Start with: npm start');
  const databaseFile = home.path('temporal.sqlite');
  await endLeftTemporal(home, databaseFile);
  const server = await startDevServer({
    cliPath,
    port: await choosePort(config.TEMPORAL_PORT, 'Temporal', say),
    uiPort: await choosePort(config.TEMPORAL_UI_PORT, 'the Temporal Web UI', say),
    databaseFile,
    logFile: home.path('temporal.log'),
  });
  noteTemporal(home, server.pid);
  undo.push(async () => {
    await server.stop();
    forgetTemporal(home);
  });
  return server;
}

async function runWorkers(config: Config, latchkey: Latchkey, address: string, undo: Undo): Promise<Promise<never>[]> {
  const { connection, namespace } = await connectWorkers({ address });
  undo.push(() => connection.close());
  const workers = await startWorkers({
    ...latchkey.workers,
    connection,
    namespace,
    workflowBundle: workflowBundle(),
    maxConcurrentLocalActivities: LOCAL_ACTIVITIES_AT_ONCE,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
  const relay = latchkey.startRelay(config.RELAY_INTERVAL_MS);
  const upkeep = latchkey.startUpkeep();
  undo.push(async () => {
    await upkeep.stop();
    await workers.stop();
    await relay.stop();
    await latchkey.drain();
  });
  return [workers.failed];
}

async function untilReady({ http }: Latchkey): Promise<void> {
  for (;;) {
    const parts = await http.readiness();
    if (Object.values(parts).every(Boolean)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function writeLocal(
  home: Home,
  undo: Undo,
  parts: {
    readonly apiUrl: string;
    readonly temporal: Temporal;
    readonly simulator: RunningSimulator;
    readonly demo: Demo;
  },
): void {
  const { apiUrl, temporal, simulator, demo } = parts;
  home.writeJson('local.json', {
    pid: process.pid,
    apiUrl,
    adminUrl: adminUrl(apiUrl, demo.token),
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
    simulatorUrl: simulator.url,
    simulatorApiKey: SIMULATOR_API_KEY,
    organizationId: demo.organizationId,
    token: demo.token,
    demo: { locationId: DEMO_LOCATION_ID, resourceIds: DEMO_RESOURCE_IDS, integrationId: demo.integrationId },
  });
  undo.push(async () => home.remove('local.json'));
}

/** Rejects when a part fails; parts that end because Ctrl-C reached them as well as us do not count. */
async function untilFailed(parts: readonly (Promise<never> | Promise<never>[])[], signal: AbortSignal): Promise<void> {
  try {
    await Promise.race(parts.flat());
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (!signal.aborted) throw error;
  }
}
