import { findLost, waitForReceipts } from './aftermath';
import { BOOKING_LIMITS, check } from './check';
import { readExport } from './export';
import { lastEntry, readOpenings } from './history';
import { KNOWN_BEFORE_MS } from './judge';
import { makeLives } from './lives';
import { emailOf, play } from './play';
import { seededRandom } from '../../src/kisi-simulator/faults/random';
import type { Report } from './report';
import { every, say } from './say';
import { createService, readLocal } from './service';
import { checkSimulator, countInvitations, readStats } from './simulator-state';
import { makeSite } from './site';

export interface BookingOptions {
  readonly file: string;
  readonly limit: number;
  readonly daySeconds: number;
  readonly seed: number;
  readonly home: string;
}

/** Time to set everything up before the first fact. */
const START_IN_MS = 3_000;
const PATIENCE_MS = 150_000;
const NOTES = [
  'Drawn from the seed, because the export does not say it: every fifth row is of somebody with another booking;',
  'a row without deposit is paid at check-in, or (three of ten) up to a quarter of the stay later; a booking that was changed',
  'was made for a day more. A no-show keeps its window. Leads are cut at 14 days.',
  `A gap counts where the booking was payable ${KNOWN_BEFORE_MS / 1_000} s before its window and the door held no other window then;`,
  `a leak where the door opens without a booking, ${BOOKING_LIMITS.closedWithinMs / 1_000} s after an early end at most.`,
];

/** Replays the rows of an export. */
export async function rehearseBookings(options: BookingOptions): Promise<Report> {
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
  await waitForReceipts(service, site.sourceId, PATIENCE_MS);
  const after = await readStats(service);
  const persons = new Set(lives.map(emailOf));
  return {
    ...check(played, await readOpenings(service, since, Date.now()), site),
    lost: await findLost(service, played, site.sourceId),
    seed,
    daySeconds,
    unit: 'booking',
    entitlements: lives.length,
    notes: NOTES,
    facts,
    persons: persons.size,
    seconds: (Date.now() - startedAt) / 1_000,
    invitations: await countInvitations(service, persons),
    kisiCalls: after.calls - before.calls,
    kisiRefusals: after.refusals - before.refusals,
  };
}
