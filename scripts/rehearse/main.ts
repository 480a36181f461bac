import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { rehearseBookings } from './bookings';
import { rehearseMixed } from './mixed/rehearse';
import { FEWEST_DAYS } from './mixed/scenario';
import { isClean, toText } from './report';
import { say } from './say';

const help = `Plays bookings and more against the running service and the Kisi simulator, and says what the doors did.

  npm run rehearse -- --bookings FILE.csv [--limit N] [--day SECONDS] [--seed N] [--json FILE]
  npm run rehearse -- --scenario mixed [--people N] [--days N] [--day SECONDS] [--seed N] [--json FILE]

  --bookings FILE  replays an export, in the columns of examples/hotel-bookings.csv
  --limit N        only the first N rows; 300 without
  --scenario mixed bookings with guests, subscriptions, passes, teams, members who leave and come back, all drawn from the seed
  --people N       how many members; 500 without
  --days N         how many days, from ${FEWEST_DAYS}; 30 without
  --day SECONDS    how long a day takes; 4 without
  --seed N         for what is drawn; 1 without
  --json FILE      writes the report for machines too
  --home FOLDER    the folder of the running service; $LATCHKEY_HOME or ./.latchkey without

Start the service first, with Kisi's rate raised on both sides because time is compressed:
  KISI_REQUESTS_PER_SECOND=50 npm start
Ends with 0 when there was no leak, gap, theft or lost fact.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      bookings: { type: 'string' },
      limit: { type: 'string', default: '300' },
      scenario: { type: 'string' },
      people: { type: 'string', default: '500' },
      days: { type: 'string', default: '30' },
      day: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      home: { type: 'string', default: process.env['LATCHKEY_HOME'] ?? './.latchkey' },
      help: { type: 'boolean', default: false },
    },
  });
  const isMixed = values.scenario === 'mixed';
  if (values.help || isMixed === (values.bookings !== undefined)) {
    process.stdout.write(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const common = {
    daySeconds: readNumber('day', values.day, 0.5),
    seed: readNumber('seed', values.seed, 0),
    home: values.home,
  };
  const report = isMixed
    ? await rehearseMixed({
        ...common,
        people: readNumber('people', values.people, 1),
        days: readNumber('days', values.days, FEWEST_DAYS),
      })
    : await rehearseBookings({
        ...common,
        file: values.bookings ?? '',
        limit: readNumber('limit', values.limit, 1),
      });
  say(`\n${toText(report)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = isClean(report) ? 0 : 1;
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
