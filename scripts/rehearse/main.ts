import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findLost, waitForReceipts } from './aftermath';
import { check } from './check';
import { readExport } from './export';
import { lastEntry, readOpenings } from './history';
import { makeLives } from './lives';
import { emailOf, play } from './play';
import { seededRandom } from '../../src/kisi-simulator/faults/random';
import { isClean, toText, type Report } from './report';
import { createService, readLocal, type Service } from './service';
import { makeSite } from './site';

const help = `Replays a bookings export against the running service and the Kisi simulator, and says what the doors did.

  npm run rehearse -- --bookings FILE.csv [--limit N] [--day SECONDS] [--seed N] [--json FILE]

  --bookings FILE  the export, in the columns of examples/hotel-bookings.csv
  --limit N        only the first N rows; 300 without
  --day SECONDS    how long a day of the export takes; 4 without
  --seed N         for what the export does not say; 1 without
  --json FILE      writes the report for machines too
  --home FOLDER    the folder of the running service; $LATCHKEY_HOME or ./.latchkey without

Start the service first, with Kisi's rate raised on both sides because time is compressed:
  KISI_REQUESTS_PER_SECOND=50 npm start
Ends with 0 when there was no leak, gap, theft or lost fact.
`;

/** Time to set everything up before the first fact. */
const START_IN_MS = 3_000;
const PATIENCE_MS = 150_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      bookings: { type: 'string' },
      limit: { type: 'string', default: '300' },
      day: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      home: { type: 'string', default: process.env['LATCHKEY_HOME'] ?? './.latchkey' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.bookings === undefined) {
    process.stdout.write(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const report = await rehearse({
    file: values.bookings,
    limit: readNumber('limit', values.limit, 1),
    daySeconds: readNumber('day', values.day, 0.5),
    seed: readNumber('seed', values.seed, 0),
    home: values.home,
  });
  say(`\n${toText(report)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = isClean(report) ? 0 : 1;
}

async function rehearse(options: {
  file: string;
  limit: number;
  daySeconds: number;
  seed: number;
  home: string;
}): Promise<Report> {
  const { daySeconds, seed } = options;
  const bookings = readExport(options.file, options.limit);
  const local = readLocal(options.home);
  const service = createService(local);
  await checkSimulator(service);
  const runId = Date.now().toString(36);
  const rooms = [...new Set(bookings.flatMap((one) => [one.reservedRoom, one.assignedRoom]))].sort();
  const dayMs = daySeconds * 1_000;
  say(`Making ${rooms.length} rooms with their doors.`);
  const site = await makeSite(service, local, rooms, runId, dayMs);
  const since = await lastEntry(service);
  const before = await readStats(service);
  const startedAt = Date.now();
  const lives = makeLives(bookings, runId, seededRandom(seed), { startAt: startedAt + START_IN_MS, dayMs });
  const facts = lives.reduce((sum, life) => sum + life.steps.length, 0);
  const lastAt = Math.max(...lives.flatMap((life) => life.steps.map((step) => Math.max(step.at, step.state.endsAt))));
  say(
    `Playing ${facts} facts of ${lives.length} bookings; the last window ends in ${Math.ceil((lastAt - Date.now()) / 1_000)} s.`,
  );
  const played = await play(service, lives, site.sourceId, every(facts));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, lastAt - Date.now())));
  say('All windows are over. Waiting for the receipts.');
  await waitForReceipts(service, site.sourceId, PATIENCE_MS, () => undefined);
  const after = await readStats(service);
  const persons = new Set(lives.map(emailOf));
  return {
    ...check(played, await readOpenings(service, since, Date.now()), site),
    lost: await findLost(service, played, site.sourceId),
    seed,
    daySeconds,
    bookings: lives.length,
    facts,
    persons: persons.size,
    seconds: (Date.now() - startedAt) / 1_000,
    invitations: await countInvitations(service, persons),
    kisiCalls: after.calls - before.calls,
    kisiRefusals: after.refusals - before.refusals,
  };
}

async function checkSimulator(service: Service): Promise<void> {
  const clock = z
    .object({ running: z.boolean(), offsetMs: z.number() })
    .parse(await service.simulator('GET', '/clock'));
  if (!clock.running || clock.offsetMs !== 0)
    throw new Error('The simulator\'s clock must run in real time: PUT /_simulator/clock {"running": true}');
  const { requestsPerSecond } = z
    .object({ requestsPerSecond: z.number() })
    .parse(await service.simulator('GET', '/switches'));
  if (requestsPerSecond !== 0 && requestsPerSecond < 50) {
    say(
      `Kisi's rate is ${requestsPerSecond} a second, which is real but slow for compressed time. To raise it on both sides:`,
    );
    say('  KISI_REQUESTS_PER_SECOND=50 npm start');
  }
}

const statsSchema = z.object({
  routes: z.array(z.object({ count: z.number(), byStatus: z.record(z.string(), z.number()) })),
});

async function readStats(service: Service): Promise<{ calls: number; refusals: number }> {
  const { routes } = statsSchema.parse(await service.simulator('GET', '/stats'));
  return {
    calls: routes.reduce((sum, route) => sum + route.count, 0),
    refusals: routes.reduce((sum, route) => sum + (route.byStatus['429'] ?? 0), 0),
  };
}

async function countInvitations(service: Service, persons: ReadonlySet<string>): Promise<Report['invitations']> {
  const mails = z.array(z.object({ to: z.string() })).parse(await service.simulator('GET', '/mails'));
  const counts = new Map<string, number>();
  for (const { to } of mails) if (persons.has(to)) counts.set(to, (counts.get(to) ?? 0) + 1);
  const all = [...counts.values()];
  return { persons: counts.size, sent: all.reduce((sum, count) => sum + count, 0), most: Math.max(0, ...all) };
}

/** Tells every tenth of the facts. */
function every(total: number): (sent: number) => void {
  let told = 0;
  return (sent) => {
    const tenth = Math.floor((sent / total) * 10);
    if (tenth <= told) return;
    told = tenth;
    say(`  ${sent} of ${total} facts`);
  };
}

function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) throw new Error(`--${name} wants a number from ${least}.`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
