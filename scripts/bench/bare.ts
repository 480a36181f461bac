import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import axios from 'axios';
import http from 'node:http';
import { z } from 'zod';
import { projectRoot } from '../../src/project-root';
import { sleep, type BenchService } from './service';

export interface BareActivities {
  grant(userId: number, seconds: number): Promise<number>;
  revoke(assignmentId: number): Promise<void>;
}

const TASK_QUEUE = 'bench-bare';
const RUNNING = "WorkflowType = 'bare' AND ExecutionStatus = 'Running'";
const GROUP = 4002;
const withId = z.object({ id: z.number() });

export interface Bare {
  /** Runs one workflow for each user. @returns how many a second */
  run(userIds: readonly number[], seconds: number): Promise<number>;
  stop(): Promise<void>;
}

/** The bare grant-sleep-revoke workflow with its own worker, on the service's Temporal and simulator. */
export async function startBare(service: BenchService): Promise<Bare> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const kisi = axios.create({
    baseURL: service.simulatorUrl,
    httpAgent: agent,
    headers: { Authorization: 'KISI-LOGIN simulated-key-of-olivia' },
  });
  const activities: BareActivities = {
    async grant(userId, seconds) {
      const now = Date.now();
      const role = { role_id: 'group_basic', applies_to_type: 'Group', applies_to_id: GROUP, notify: false };
      const dates = {
        valid_from: new Date(now).toISOString(),
        valid_until: new Date(now + seconds * 1_000).toISOString(),
      };
      const assignee = { assignee_type: 'User', assignee_id: userId };
      const made = await kisi.post('/role_assignments', { role_assignment: { ...role, ...assignee, ...dates } });
      return withId.parse(made.data).id;
    },
    async revoke(assignmentId) {
      await kisi.delete(`/role_assignments/${assignmentId}`);
    },
  };
  const connection = await NativeConnection.connect({ address: service.temporalAddress });
  const workflowsPath = join(projectRoot(), 'scripts', 'bench', 'bare-workflow.ts');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities: { ...activities },
  });
  const running = worker.run();
  const client = new Client({ connection: await Connection.connect({ address: service.temporalAddress }) });
  return {
    async run(userIds, seconds) {
      const startedAt = performance.now();
      await Promise.all(
        userIds.map((userId) =>
          client.workflow.start('bare', {
            taskQueue: TASK_QUEUE,
            workflowId: `bare-${userId}-${startedAt}`,
            args: [userId, seconds],
          }),
        ),
      );
      // Counted, not awaited one by one: so many open requests would slow down the server that is measured.
      while ((await client.workflow.count(RUNNING)).count > 0) await sleep(100);
      return userIds.length / ((performance.now() - startedAt) / 1_000);
    },
    async stop() {
      worker.shutdown();
      await running;
      await client.connection.close();
      await connection.close();
      agent.destroy();
    },
  };
}

/** Makes Kisi users for the bare workflow, outside what is measured. */
export async function makeUsers(service: BenchService, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const user = {
      email: `bare-${index}-${Date.now()}@bench.example`,
      name: 'Bare',
      send_emails: false,
      confirm: true,
    };
    ids.push(withId.parse(await service.kisi('POST', '/users', { user })).id);
  }
  return ids;
}
