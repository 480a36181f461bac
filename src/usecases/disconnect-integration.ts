import { AppError } from '../domain/errors';
import { DAY_MS, type Instant } from '../domain/time';
import type { Actor } from './catalogue';
import type { Connections, DisconnectOrder } from './connections';
import type { IntegrationKey, Waker } from './ports';

/** With `expire` and no date: what has no end, or a later one, is cut to this. */
export const DEFAULT_EXPIRY_MS = 30 * DAY_MS;

/**
 * Orders the end of a connection; `integrationDisconnect` sees to it. Another order while one is under way replaces it, the
 * same one again changes nothing.
 *
 * - `revoke`: everything is taken away first, then the key is erased.
 * - `expire`: what lives keeps its end, but none later than `until`; once Kisi knows those ends the key is erased.
 * - `write_off`: for a key that no longer works: at once, and receipts say that nobody could look. Refused while Kisi accepts
 *   the key: doors that could be closed would stay open.
 *
 * @throws AppError not_found, conflict, invalid_request
 */
export function createDisconnectIntegration(deps: {
  readonly connections: Pick<Connections, 'disconnect'>;
  /** Whether Kisi accepts the stored key just now; false when it has none or does not answer. */
  readonly isKeyAccepted: (key: IntegrationKey) => Promise<boolean>;
  readonly waker: Pick<Waker, 'wakeIntegrations'>;
  readonly kick: () => void;
  readonly clock: () => Instant;
}): (actor: Actor, integrationId: string, order: DisconnectOrder) => Promise<void> {
  return async (actor, integrationId, { mode, until, reason }) => {
    const now = deps.clock();
    if (mode === 'write_off' && reason === null) throw wrong('reason', 'expected why nobody can look at Kisi any more');
    if (mode !== 'expire' && until !== null) throw wrong('until', 'only with mode=expire');
    if (until !== null && until <= now) throw wrong('until', 'expected a time in the future');
    const key = { organizationId: actor.organizationId, integrationId };
    if (mode === 'write_off' && (await deps.isKeyAccepted(key))) throw keyStillWorks();
    const answer = await deps.connections.disconnect(actor, integrationId, { mode, until, reason }, now);
    if (answer === 'unknown_integration') throw new AppError('not_found', 'There is no integration with this id.');
    if (answer === 'not_connected') throw new AppError('conflict', 'This integration is not connected.');
    if (mode !== 'write_off') deps.waker.wakeIntegrations([{ ...key, attention: 'disconnect' }]);
    deps.kick();
  };
}

function keyStillWorks(): AppError {
  return new AppError(
    'conflict',
    'Kisi still accepts the key, so nothing needs to be written off: let the access be revoked, or let it expire.',
  );
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_request', `${field}: ${message}`, { fields: [{ field, message }] });
}
