import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { SimulatorControl } from '../simulator-control';

/** One time for everybody: Temporal's skipped time, which the simulator is told. */
export interface Time {
  now(): number;
  /** Asks the server what time it is and tells the simulator. */
  sync(): Promise<number>;
}

/** Keeps the simulator's clock on the test server's. */
export function createTime(env: TestWorkflowEnvironment, simulator: SimulatorControl): Time {
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
