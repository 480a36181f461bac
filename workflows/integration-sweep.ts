import { proxyActivities, proxyLocalActivities, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { Activities, SweepFailure, SweepPageOutcome, SweepStep } from '../activities';
import { kisiTaskQueue, type IntegrationRef } from './ids';
import { isActivityFailure, LEDGER_LOOK, lookOrNull } from './looking';

const ledger = proxyLocalActivities<Pick<Activities, 'beginSweep' | 'endSweep' | 'failSweep'>>({
  ...LEDGER_LOOK,
  startToCloseTimeout: '30 seconds',
});
const FIRST: SweepStep = { list: 'groups', offset: 0 };
/** So often a page is asked for, and a list begun, before the sweep is given up: the next one is minutes away. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 1_000;
/** Each takes some hundreds of what is missing. */
const MOST_ENDINGS = 200;

/**
 * Compares everything that an integration's Kisi holds with the ledger, page by page, after all that is more urgent.
 *
 * It only reads: what it finds is noted, and those concerned look again. What could not be read to its end is a failure
 * that says why, never "nothing there". Started by a Schedule; it may be terminated, and two at once do no harm.
 */
export async function integrationSweep(
  integration: IntegrationRef,
): Promise<{ readonly failure: SweepFailure | null }> {
  const sweepId = workflowInfo().runId;
  const isBegun = await lookOrNull(() => ledger.beginSweep(integration, sweepId, Date.now()));
  if (isBegun !== true) return { failure: isBegun === null ? 'timed_out' : 'integration_disconnected' };
  const failure = (await readLists(integration, sweepId)) ?? (await end(integration, sweepId));
  if (failure !== null) await lookOrNull(() => ledger.failSweep(sweepId, failure, Date.now()));
  return { failure };
}

/** Reads every list to its end; answers why it could not. */
async function readLists(integration: IntegrationRef, sweepId: string): Promise<SweepFailure | null> {
  let beginnings = 1;
  for (let step: SweepStep | null = FIRST; step !== null;) {
    const { list, offset }: SweepStep = step;
    const outcome = await patiently(integration, `read ${list} from ${offset}`, (kisi) =>
      kisi.readSweepPage(integration, sweepId, { list, offset }),
    );
    if (outcome.kind === 'failed') return outcome.failure;
    if (outcome.kind === 'changed') {
      beginnings += 1;
      if (beginnings > MOST_TRIES) return 'list_changed';
      step = { list, offset: 0 };
      continue;
    }
    if (outcome.next?.list !== list) beginnings = 1;
    step = outcome.next;
  }
  return null;
}

/** Compares what was not seen; where much is gone, Kisi is asked whether it really is. */
async function end(integration: IntegrationRef, sweepId: string): Promise<SweepFailure | null> {
  for (let endings = 0; endings < MOST_ENDINGS; endings += 1) {
    const ended = await lookOrNull(() => ledger.endSweep(integration, sweepId, Date.now()));
    if (ended === null || ended.kind === 'failed') return 'timed_out';
    if (ended.kind === 'done') return null;
    if (ended.kind === 'more') continue;
    const proof = await patiently(integration, 'ask for some of what is missing', (kisi) =>
      kisi.proveAbsence(integration, sweepId, Date.now()),
    );
    if (proof.kind === 'failed') return proof.failure;
  }
  return 'timed_out';
}

type KisiActivities = Pick<Activities, 'readSweepPage' | 'proveAbsence'>;
type Answered = Extract<SweepPageOutcome, { readonly kind: 'read' | 'changed' | 'failed' }>;

/** One request at a time in the integration's queue, asked for again when its turn comes or when Kisi did not answer. */
async function patiently(
  integration: IntegrationRef,
  what: string,
  ask: (kisi: KisiActivities) => Promise<SweepPageOutcome>,
): Promise<Answered> {
  const kisi = proxyActivities<KisiActivities>({
    startToCloseTimeout: '15 seconds',
    retry: { maximumAttempts: 1 },
    taskQueue: kisiTaskQueue(integration.integrationId),
    priority: { priorityKey: 4 },
    summary: what,
  });
  setCurrentDetails(`**At Kisi:** ${what}`);
  for (let tries = 1; ;) {
    const outcome = await orSilent(() => ask(kisi));
    if (outcome.kind === 'wait') await sleep(Math.max(outcome.until - Date.now(), 1));
    else if (outcome.kind !== 'silent') return outcome;
    else if (tries >= MOST_TRIES) return { kind: 'failed', failure: 'kisi_unavailable' };
    else await sleep(FIRST_PAUSE_MS * 2 ** tries++);
  }
}

/** A worker that died said nothing either. */
async function orSilent(ask: () => Promise<SweepPageOutcome>): Promise<SweepPageOutcome> {
  try {
    return await ask();
  } catch (error) {
    if (isActivityFailure(error)) return { kind: 'silent' };
    throw error;
  }
}
