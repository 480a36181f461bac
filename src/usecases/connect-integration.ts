import { AppError } from '../domain/errors';
import type { Instant } from '../domain/time';
import type { Actor } from './catalogue';
import type { CheckedKey, KeyToCheck } from './check-key';
import { problemOfKey, problemOfObstacle, toError } from './connection-problems';
import type { Connections } from './connections';

export interface ConnectInput {
  readonly integrationId: string;
  readonly apiKey: string;
  /** Null is Kisi itself. */
  readonly baseUrl: string | null;
}

/**
 * Connects an integration with an API key: asks Kisi who the key is and what it may do, stores it encrypted and settles
 * everything that waited. The same again with another key of the same Kisi organization takes that key from now on; what
 * is under way with the old one is left to finish.
 *
 * One Kisi organization is one integration, whichever of its keys is used.
 *
 * @throws AppError not_found, kisi_key_refused, kisi_rights_missing, kisi_unreachable, other_kisi_organization,
 *   kisi_organization_taken
 */
export function createConnectIntegration(deps: {
  readonly connections: Pick<Connections, 'saveConnection'>;
  readonly checkKey: (key: KeyToCheck) => Promise<CheckedKey>;
  readonly exists: (organizationId: string, integrationId: string) => Promise<boolean>;
  readonly seal: (secret: string) => string;
  readonly kick: () => void;
  readonly clock: () => Instant;
}): (actor: Actor, input: ConnectInput) => Promise<void> {
  return async (actor, { integrationId, apiKey, baseUrl }) => {
    if (!(await deps.exists(actor.organizationId, integrationId))) throw noIntegration();
    const checked = await deps.checkKey({ baseUrl, apiKey, apiUserKey: null });
    const problem = problemOfKey(checked);
    if (problem !== null) throw toError(problem);
    const { user, organization } = checked;
    if (user === null || organization === null) throw new Error('A key without a problem has a user.');
    const connection = {
      baseUrl,
      apiKeyEncrypted: deps.seal(apiKey),
      apiKeyLastFour: apiKey.slice(-4),
      kisiOrganizationId: organization.id,
      kisiUserId: user.id,
    };
    const obstacle = await deps.connections.saveConnection(actor, integrationId, connection, deps.clock());
    if (obstacle?.kind === 'unknown_integration') throw noIntegration();
    if (obstacle !== null) throw toError(problemOfObstacle(obstacle));
    deps.kick();
  };
}

function noIntegration(): AppError {
  return new AppError('not_found', 'There is no integration with this id.');
}
