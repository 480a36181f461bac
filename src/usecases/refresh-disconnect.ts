import { MINUTE_MS, SECOND_MS, type Instant } from '../domain/time';
import type { IntegrationKey } from './ports';

export type DisconnectMode = 'revoke' | 'expire' | 'write_off';
export type ConnectionStatus = 'connected' | 'disconnecting' | 'disconnected';

/** What a look at an integration that is being disconnected starts from; its row is locked. */
export interface DisconnectContext {
  readonly status: ConnectionStatus;
  readonly mode: DisconnectMode | null;
  readonly askedAt: Instant | null;
  /** People for whom something is still to be done at Kisi. */
  readonly peopleLeft: number;
  /** Entitlements that have not looked since, or changes that have not reached everybody yet. */
  readonly hasUnseen: boolean;
}

/** What one look found. Plain JSON: it is kept in histories. */
export interface DisconnectLook {
  readonly status: ConnectionStatus;
  readonly mode: DisconnectMode | null;
  readonly peopleLeft: number;
  readonly lookAgainAt: Instant | null;
  readonly isDone: boolean;
}

/** One transaction of a look: the integration's row is locked from `load` to the end. */
export interface DisconnectLookTx {
  load(now: Instant): Promise<DisconnectContext | null>;
  /** Lets the key go: from now on nothing is read or written there. */
  finish(now: Instant): Promise<void>;
  postpone(lookAgainAt: Instant): Promise<void>;
}

const SHORTEST_WAIT_MS = 2 * SECOND_MS;

/**
 * Looks whether an integration that is being disconnected owes anything at Kisi, and ends the connection once it does not.
 *
 * Level, not edge: it may run twice or late, and one that is no longer being disconnected is left alone.
 *
 * @param now epoch milliseconds, from the workflow
 */
export function createRefreshDisconnect(deps: {
  readonly inDisconnectTransaction: <T>(key: IntegrationKey, look: (tx: DisconnectLookTx) => Promise<T>) => Promise<T>;
  /** Starts what a change that concerns many has caused. */
  readonly kick: () => void;
}): (key: IntegrationKey, now: Instant) => Promise<DisconnectLook> {
  return async (key, now) => {
    const look = await deps.inDisconnectTransaction(key, (tx) => lookAtDisconnect(tx, now));
    if (look.isDone) deps.kick();
    return look;
  };
}

async function lookAtDisconnect(tx: DisconnectLookTx, now: Instant): Promise<DisconnectLook> {
  const context = await tx.load(now);
  if (context?.status !== 'disconnecting') return ended(context?.status ?? 'disconnected', context?.mode ?? null);
  const { mode, peopleLeft, hasUnseen, askedAt } = context;
  if (peopleLeft === 0 && !hasUnseen) {
    await tx.finish(now);
    return ended('disconnected', mode);
  }
  const lookAgainAt = now + waitMs(now - (askedAt ?? now));
  await tx.postpone(lookAgainAt);
  return { status: 'disconnecting', mode, peopleLeft, lookAgainAt, isDone: false };
}

function ended(status: ConnectionStatus, mode: DisconnectMode | null): DisconnectLook {
  return { status, mode, peopleLeft: 0, lookAgainAt: null, isDone: true };
}

/** The longer it takes, the rarer the looks: a Kisi that stays away for a week costs a look a minute. */
function waitMs(sinceMs: number): number {
  return Math.min(Math.max(Math.round(sinceMs / 10), SHORTEST_WAIT_MS), MINUTE_MS);
}
