import { createServer, type Server } from 'node:http';
import express from 'express';
import { apiRoutes } from './api/routes';
import { SimulatedClock } from './clock';
import { runControl } from './control/control-plane';
import { controlRoutes } from './control/control-routes';
import { Faults } from './faults/faults';
import { answerBug, runRoute } from './http/pipeline';
import { RateLimiter } from './http/rate-limiter';
import { unknownEndpoint } from './http/reply';
import { RequestLog } from './http/request-log';
import { send } from './http/send';
import { Webhooks } from './rules/webhooks';
import { defaultSeed } from './seed/default-seed';
import { plant } from './seed/plant';
import { seedSchema, type SeedInput } from './seed/seed-schema';
import type { Simulator } from './simulator';
import { Journal } from './store/journal';
import { takeSnapshot } from './store/snapshot';
import { Store } from './store/store';
import { Switches } from './switches';

export interface SimulatorOptions {
  /** 0 is any free port. */
  readonly port: number;
  readonly host?: string;
  /** Where state is kept over restarts; without, in memory only. */
  readonly stateFile?: string;
  /** Used when there is no state yet; the default is a coworking site with two places. */
  readonly seed?: SeedInput;
}

export interface RunningSimulator {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a server that behaves like Kisi's API, with a control plane under `/_simulator`.
 *
 * @throws Error when the port is taken, the seed does not fit or the state file is not one
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const journal = options.stateFile === undefined ? null : new Journal(options.stateFile);
  const simulator = build(journal);
  if (journal?.exists() === true) {
    journal.load(simulator.store);
    simulator.clock.reload();
    simulator.switches.reload();
  } else {
    plant(simulator, options.seed === undefined ? defaultSeed : seedSchema.parse(options.seed));
  }
  // Before the journal is open: what was planted is in its first lines, not behind them once more.
  simulator.store.commit();
  journal?.compact(simulator.store);
  const delays = new Delays();
  const server = createServer(createApp(simulator, delays));
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      simulator.webhooks.close();
      delays.finish();
      await close(server);
      journal?.close();
    },
  };
}

function build(journal: Journal | null): Simulator {
  const store = new Store((changes) => journal?.append(changes));
  const webhooks = new Webhooks();
  const simulator: Simulator = {
    store,
    clock: new SimulatedClock(store),
    switches: new Switches(store),
    faults: new Faults(() => takeSnapshot(store)),
    requests: new RequestLog(),
    limiter: new RateLimiter(),
    webhooks,
    usersMadeAt: new Map(),
  };
  webhooks.attach(simulator);
  return simulator;
}

/** Waits of `slow` faults; they end at once when the simulator is closed. */
class Delays {
  private readonly pending = new Map<NodeJS.Timeout, () => void>();

  readonly wait = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.pending.delete(timer);
        resolve();
      }, delayMs);
      this.pending.set(timer, resolve);
    });

  finish(): void {
    for (const [timer, resolve] of this.pending) {
      clearTimeout(timer);
      resolve();
    }
    this.pending.clear();
  }
}

function createApp(simulator: Simulator, delays: Delays): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const route of controlRoutes) {
    app[route.method](`/_simulator${route.path}`, (request, response) => {
      runControl(simulator, route, request, response).catch((error: unknown) => answerBug(response, error));
    });
  }
  for (const route of apiRoutes) {
    const handle: express.RequestHandler = (request, response) => {
      runRoute(simulator, route, delays.wait, request, response).catch((error: unknown) => answerBug(response, error));
    };
    app[route.method](route.path, handle);
    if (route.method === 'patch') app.put(route.path, handle);
  }
  app.use((request, response) => {
    request.resume();
    send(response, unknownEndpoint, simulator.clock.now());
  });
  return app;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
