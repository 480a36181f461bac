import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { benchCost, benchLatency, benchStart, benchThroughput } from './benchmarks';
import type { Figure } from './figures';
import { benchLists } from './lists';
import { sleep, startService } from './service';

const names = ['cost', 'latency', 'throughput', 'start', 'lists'] as const;
const help = `Measures the service against its bounds; rates are ratios against a baseline of the same run.

  npm run bench [-- NAME...]

  cost        calls to Kisi and events of workflows for one booking
  latency     from an accepted fact to the assignment, when idle
  throughput  bookings finished, as a share of a bare grant-sleep-revoke workflow
  start       time until ready, and resident memory
  lists       how long each list of a large organization takes, on Postgres (DATABASE_URL, or one that is started)
Ends with 1 when a bound is missed.
`;
/** Garbage is collected and pages are given back. */
const SETTLE_MS = 15_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const wanted = positionals.length === 0 ? names : names.filter((name) => positionals.includes(name));
  if (values.help || wanted.length === 0) return void process.stdout.write(help);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const figures: Figure[] = [];
  if (wanted.some((name) => name !== 'lists')) figures.push(...(await benchService(wanted)));
  if (wanted.includes('lists')) figures.push(...(await benchLists()));
  process.stdout.write(`\n${figures.map(toLine).join('\n')}\n`);
  process.exitCode = figures.every(isKept) ? 0 : 1;
}

async function benchService(wanted: readonly (typeof names)[number][]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const service = await startService();
  try {
    if (wanted.includes('cost')) figures.push(...(await benchCost(service)));
    if (wanted.includes('latency')) figures.push(...(await benchLatency(service)));
    if (wanted.includes('throughput')) figures.push(...(await benchThroughput(service)));
    if (wanted.includes('start')) {
      await sleep(SETTLE_MS);
      const memoryMb = service.memoryMb();
      const second = await service.restart();
      figures.push(...benchStart(service, second, memoryMb));
      await second.stop();
    }
  } finally {
    if (!wanted.includes('start')) await service.stop();
  }
  return figures;
}

function isKept({ value, bound, isAtMost }: Figure): boolean {
  return isAtMost ? value <= bound : value >= bound;
}

function toLine(figure: Figure): string {
  const { name, value, unit, bound, isAtMost } = figure;
  const shown = `${Number.isInteger(value) ? value : value.toFixed(2)} ${unit}`.trim();
  return `${isKept(figure) ? 'ok  ' : 'MISS'} ${name.padEnd(52)} ${shown.padEnd(12)} (${isAtMost ? 'at most' : 'at least'} ${bound})`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
