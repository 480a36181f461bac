import type { Stretch } from '../judge';
import type { Delivered, FactState } from './facts';

/** Something that was said without a break. */
export interface Run<Said> extends Stretch {
  readonly said: Said;
}

/**
 * Since when and until when each thing was said, over all facts of one course: a fact that says the same as the one before
 * changes nothing.
 *
 * @param saidBy what a fact says, each under a key that tells it apart
 */
export function runsOf<State extends FactState, Said>(
  deliveries: readonly Delivered<State>[],
  saidBy: (state: State) => ReadonlyMap<string, Said>,
): Run<Said>[] {
  const over: Run<Said>[] = [];
  const open = new Map<string, Run<Said>>();
  for (const { state, sentAt, acceptedAt } of deliveries) {
    const now = saidBy(state);
    for (const [key, run] of open) {
      if (now.has(key)) continue;
      over.push({ ...run, nextSentAt: sentAt, nextAcceptedAt: acceptedAt });
      open.delete(key);
    }
    for (const [key, said] of now) {
      if (!open.has(key)) open.set(key, { said, sentAt, acceptedAt, nextSentAt: Infinity, nextAcceptedAt: Infinity });
    }
  }
  return [...over, ...open.values()];
}

/** When both hold; null when they never do. */
export function both(one: Stretch, other: Stretch): Stretch | null {
  const stretch = {
    sentAt: Math.max(one.sentAt, other.sentAt),
    acceptedAt: Math.max(one.acceptedAt, other.acceptedAt),
    nextSentAt: Math.min(one.nextSentAt, other.nextSentAt),
    nextAcceptedAt: Math.min(one.nextAcceptedAt, other.nextAcceptedAt),
  };
  return stretch.sentAt < stretch.nextAcceptedAt ? stretch : null;
}
