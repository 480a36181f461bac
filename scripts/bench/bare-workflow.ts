import { proxyActivities, sleep } from '@temporalio/workflow';
import type { BareActivities } from './bare';

const kisi = proxyActivities<BareActivities>({ startToCloseTimeout: '15 seconds' });

/** The least that grants and revokes: no ledger, no facts, no reading back. What ours is measured against. */
export async function bare(userId: number, seconds: number): Promise<void> {
  const assignmentId = await kisi.grant(userId, seconds);
  await sleep(seconds * 1_000);
  await kisi.revoke(assignmentId);
}
