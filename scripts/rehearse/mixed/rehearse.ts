import { seededRandom } from '../../../src/kisi-simulator/faults/random';
import { waitForReceipts } from '../aftermath';
import { lastEntry, readOpenings } from '../history';
import { judgeDoors, KNOWN_BEFORE_MS, type Limits } from '../judge';
import { until } from '../play';
import type { Report } from '../report';
import { every, say } from '../say';
import { createService, readLocal } from '../service';
import { checkSimulator, countInvitations, readStats } from '../simulator-state';
import { findLostFacts } from './aftermath';
import { demandsOf, type Played } from './demands';
import { createPlayer } from './play';
import { makeScenario, type Scenario } from './scenario';
import { makeMixedSite } from './site';

export interface MixedOptions {
  readonly people: number;
  readonly days: number;
  readonly daySeconds: number;
  readonly seed: number;
  readonly home: string;
}

const START_IN_MS = 3_000;
const PATIENCE_MS = 150_000;
/** Narrower than the promise of a minute: with compressed time a minute would hide a whole suspension. */
export const MIXED_LIMITS: Limits = { openedWithinMs: 10_000, closedWithinMs: 10_000 };
const NOTES = [
  'Everything is drawn from the seed. Overdue subscriptions say since when so that their days of grace, which are real ones, end',
  'seven compressed days after the payment failed.',
  `A gap counts where access was due ${KNOWN_BEFORE_MS / 1_000} s before its window and the door held no other window then, or`,
  `${MIXED_LIMITS.openedWithinMs / 1_000} s after the fact that gave it; a leak where nothing lets that person in, ${MIXED_LIMITS.closedWithinMs / 1_000} s after an early end at most;`,
  'a theft where a door closed that was due all the time.',
];

/** Plays a drawn month of everything that lets people in. */
export async function rehearseMixed({ people, days, daySeconds, seed, home }: MixedOptions): Promise<Report> {
  const local = readLocal(home);
  const service = createService(local);
  await checkSimulator(service);
  const runId = Date.now().toString(36);
  say('Making rooms, plans and pass types with their doors.');
  const site = await makeMixedSite(service, local, runId, daySeconds * 1_000);
  const since = await lastEntry(service);
  const before = await readStats(service);
  const startedAt = Date.now();
  const at = (day: number): number => Math.round(startedAt + START_IN_MS + day * daySeconds * 1_000);
  const draw = { runId, days, random: seededRandom(seed), at, graceMs: site.graceMs };
  const scenario = makeScenario(draw, people);
  const { facts, entitlements } = countOf(scenario);
  say(`Playing ${facts} facts of ${people} members, ${tell(scenario)}, for ${days * daySeconds} s.`);
  const played = await playScenario(scenario, service, site.sourceId, every(facts));
  await until(at(days));
  say('The last day is over. Waiting for the receipts.');
  await waitForReceipts(service, site.sourceId, PATIENCE_MS, ['/v1/bookings', '/v1/subscriptions', '/v1/passes']);
  const after = await readStats(service);
  const emails = addressesOf(scenario);
  return {
    ...judgeDoors(demandsOf(played, site), emails, await readOpenings(service, since, Date.now()), MIXED_LIMITS),
    lost: await findLostFacts(service, played.entitlements, site.sourceId),
    seed,
    daySeconds,
    unit: 'entitlement',
    entitlements,
    notes: NOTES,
    facts,
    persons: emails.size,
    seconds: (Date.now() - startedAt) / 1_000,
    invitations: await countInvitations(service, emails),
    kisiCalls: after.calls - before.calls,
    kisiRefusals: after.refusals - before.refusals,
  };
}

async function playScenario(
  { members, teams, subscriptions, passes, bookings }: Scenario,
  service: ReturnType<typeof createService>,
  sourceId: string,
  onProgress: (sent: number) => void,
): Promise<Played> {
  let sent = 0;
  const { playMembers, play } = createPlayer(service, sourceId, () => onProgress((sent += 1)));
  const known = playMembers(members);
  const joined = play(teams);
  const held = Promise.all([play(subscriptions), play(passes), play(bookings)]);
  const [playedMembers, playedTeams, playedEntitlements] = await Promise.all([known, joined, held]);
  return { members: playedMembers, teams: playedTeams, entitlements: playedEntitlements.flat() };
}

function countOf({ members, teams, subscriptions, passes, bookings }: Scenario): {
  facts: number;
  entitlements: number;
} {
  const held = [...subscriptions, ...passes, ...bookings];
  const facts = [...members, ...teams, ...held].reduce((sum, { steps }) => sum + steps.length, 0);
  return { facts, entitlements: held.length };
}

function tell({ teams, subscriptions, passes, bookings }: Scenario): string {
  return `${teams.length} teams, ${subscriptions.length} subscriptions, ${passes.length} passes and ${bookings.length} bookings`;
}

/** Everybody who may be let in, guests too. */
function addressesOf({ members, bookings }: Scenario): ReadonlySet<string> {
  const guests = bookings.flatMap(({ steps }) => steps.flatMap(({ state }) => state.guests));
  return new Set([...members.flatMap(({ steps }) => steps.map(({ state }) => state.email)), ...guests]);
}
