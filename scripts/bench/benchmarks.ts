import { Client, Connection } from '@temporalio/client';
import { bookingAccessId } from '../../workflows/ids';
import { makeUsers, startBare } from './bare';
import { book, countCalls, readGrants, untilAllEnded, untilDoorsRead } from './bookings';
import { atLeast, atMost, type Figure } from './figures';
import { sleep, type BenchService } from './service';

/** Calls to Kisi and events of both workflows for one booking, of a member whom Kisi does not know yet and of the same one again. */
export async function benchCost(service: BenchService): Promise<Figure[]> {
  const member = `cost-${Date.now().toString(36)}`;
  const figures: Figure[] = [];
  const connection = await Connection.connect({ address: service.temporalAddress });
  const client = new Client({ connection });
  await untilDoorsRead(service);
  for (const [who, calls] of [
    ['new', 5],
    ['known', 3],
  ] as const) {
    const before = await countCalls(service);
    const startedAt = new Date(Date.now() - 1_000).toISOString();
    const { bookingId } = await book(service, member, 3);
    await untilAllEnded(service);
    await sleep(500);
    const events = await countEvents(client, service, bookingId, startedAt);
    figures.push(
      atMost(`Kisi calls of a ${who} member's booking`, (await countCalls(service)) - before, 'calls', calls),
    );
    figures.push(atMost(`events of a ${who} member's booking, both workflows`, events, 'events', 55));
  }
  await connection.close();
  return figures;
}

async function countEvents(
  client: Client,
  service: BenchService,
  bookingId: string,
  startedAt: string,
): Promise<number> {
  const { organizationId } = service;
  const booking = client.workflow.getHandle(bookingAccessId({ organizationId, sourceId: 'default', bookingId }));
  let events = (await booking.fetchHistory()).events?.length ?? 0;
  for await (const run of client.workflow.list({
    query: `WorkflowType = 'memberAccess' AND StartTime > '${startedAt}'`,
  })) {
    events += (await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory()).events?.length ?? 0;
  }
  return events;
}

/** From the accepted fact to the assignment at the simulator, one booking at a time, members known. */
export async function benchLatency(service: BenchService): Promise<Figure[]> {
  const delays: number[] = [];
  const members = Array.from({ length: 10 }, (_, index) => `latency-${Date.now().toString(36)}-${index}`);
  for (const round of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const sent = [];
    for (const member of members) {
      sent.push(await book(service, member, 1.5));
      await sleep(150);
    }
    await untilAllEnded(service);
    const grants = await readGrants(service);
    // The first round makes the members known and warms everything up.
    if (round > 0) for (const { email, acceptedAt } of sent) delays.push((grants.get(email) ?? Infinity) - acceptedAt);
  }
  delays.sort((a, b) => a - b);
  const p99 = delays[Math.ceil(delays.length * 0.99) - 1] ?? Infinity;
  return [
    atMost('accepted fact to assignment, p50', delays[Math.floor(delays.length / 2)] ?? Infinity, 'ms', 1_000),
    atMost('accepted fact to assignment, p99', p99, 'ms', 1_000),
  ];
}

const ROUNDS = 3;
const BOOKINGS = 150;
const WINDOW_SECONDS = 2;

/** How many bookings finish a second, as a share of bare grant-sleep-revoke workflows on the same Temporal and simulator. */
export async function benchThroughput(service: BenchService): Promise<Figure[]> {
  const bare = await startBare(service);
  const users = await makeUsers(service, BOOKINGS);
  const members = Array.from({ length: BOOKINGS }, (_, index) => `rate-${Date.now().toString(36)}-${index}`);
  await bare.run(users.slice(0, 20), 1);
  await runOurs(service, members);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const baseline = await bare.run(users, WINDOW_SECONDS);
    const ours = await runOurs(service, members);
    process.stdout.write(`  round ${round + 1}: bare ${baseline.toFixed(1)}/s, ours ${ours.toFixed(1)}/s\n`);
    ratios.push(ours / baseline);
  }
  await bare.stop();
  ratios.sort((a, b) => a - b);
  return [atLeast('bookings finished, share of the bare workflow', ratios[Math.floor(ROUNDS / 2)] ?? 0, '', 0.35)];
}

async function runOurs(service: BenchService, members: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(members.map((member) => book(service, member, WINDOW_SECONDS)));
  await untilAllEnded(service);
  return members.length / ((performance.now() - startedAt) / 1_000);
}

/** How long a start takes when everything is installed, and what the service settles at. */
export function benchStart(first: BenchService, second: BenchService, memoryMb: number | null): Figure[] {
  return [
    atMost('first start until ready', first.readyMs / 1_000, 's', 15),
    atMost('next start until ready', second.readyMs / 1_000, 's', 15),
    ...(memoryMb === null ? [] : [atMost('resident memory after the work', memoryMb, 'MB', 600)]),
  ];
}
