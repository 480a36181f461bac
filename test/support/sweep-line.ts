import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { SweepFailure, SweepPageOutcome, SweepStep } from '../../activities';
import { defaultSeed } from '../../src/kisi-simulator/seed/default-seed';
import type { BenchLine } from './bench-line';

/** How one sweep ended. */
export interface SweptLine {
  readonly failure: SweepFailure | null;
  readonly sweepId: string;
}

/** What a test does in the middle of a sweep: before this page is read. */
export type Meanwhile = (step: SweepStep) => Promise<void>;

/** One sweep by hand, step by step as its workflow does it, without its pauses. */
export async function sweep(line: BenchLine, meanwhile: Meanwhile = async () => undefined): Promise<SweptLine> {
  const { ledgerActivities, kisiActivities } = line.latchkey.workers;
  const { organizationId, integrationId } = line;
  const key = { organizationId, integrationId };
  const sweepId = randomUUID();
  const run = <Args extends unknown[], T>(activity: (...args: Args) => Promise<T>, ...args: Args): Promise<T> =>
    new MockActivityEnvironment().run(activity, ...args);
  const fail = async (failure: SweepFailure): Promise<SweptLine> => {
    await run(ledgerActivities.failSweep, sweepId, failure, line.now());
    return { failure, sweepId };
  };
  if (!(await run(ledgerActivities.beginSweep, key, sweepId, line.now()))) {
    return { failure: 'integration_disconnected', sweepId };
  }
  let tries = 1;
  for (let step: SweepStep | null = { list: 'groups', offset: 0 }; step !== null;) {
    await meanwhile(step);
    const outcome: SweepPageOutcome = await run(kisiActivities.readSweepPage, key, sweepId, step);
    if (outcome.kind === 'failed') return fail(outcome.failure);
    if (outcome.kind === 'wait') throw new Error('Nobody limits this line.');
    if (outcome.kind === 'read') {
      step = outcome.next;
      continue;
    }
    tries += 1;
    if (tries > 3) return fail(outcome.kind === 'silent' ? 'kisi_unavailable' : 'list_changed');
    if (outcome.kind === 'changed') step = { list: step.list, offset: 0 };
  }
  for (;;) {
    const end = await run(ledgerActivities.endSweep, key, sweepId, line.now());
    if (end.kind === 'done') return { failure: null, sweepId };
    if (end.kind === 'failed') return { failure: 'timed_out', sweepId };
    if (end.kind === 'more') continue;
    const proof = await run(kisiActivities.proveAbsence, key, sweepId, line.now());
    if (proof.kind === 'failed') return fail(proof.failure);
  }
}

/** A group that no mapping opens. */
export const STAFF_GROUP = 4007;

/** Another site of the same Kisi organization, where so many work. */
export async function seedStaff(line: BenchLine, count: number): Promise<void> {
  const staff = Array.from({ length: count }, (_, n) => ({
    id: 10_000 + n,
    email: `staff-${n}@example.com`,
    name: 'Staff',
    assignments: [{ id: 20_000 + n, groupId: STAFF_GROUP, createdById: 5002 }],
  }));
  await line.simulator.seed({ ...defaultSeed, users: [...defaultSeed.users, ...staff] });
  await line.simulator.setClock(line.now());
}
