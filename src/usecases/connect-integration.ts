import { AppError } from '../domain/errors';
import type { KisiOutcome } from '../domain/outcomes';
import type { Actor, Catalogue } from './catalogue';

export interface ConnectInput {
  readonly integrationId: string;
  readonly apiKey: string;
  /** Null is Kisi itself. */
  readonly baseUrl: string | null;
}

/**
 * Connects an integration with an API key: asks Kisi who the key is, stores it encrypted and settles everything that waited.
 *
 * One Kisi organization is one integration, whichever of its keys is used.
 *
 * @throws AppError not_found, kisi_key_refused, kisi_unreachable, conflict
 */
export function createConnectIntegration(deps: {
  readonly catalogue: Pick<Catalogue, 'saveConnection'>;
  readonly whoAmI: (
    baseUrl: string | null,
    apiKey: string,
  ) => Promise<KisiOutcome<{ readonly userId: number; readonly organizationId: number }>>;
  readonly seal: (secret: string) => string;
  readonly kick: () => void;
}): (actor: Actor, input: ConnectInput) => Promise<void> {
  return async (actor, { integrationId, apiKey, baseUrl }) => {
    const me = await deps.whoAmI(baseUrl, apiKey);
    if (me.kind !== 'done') throw refusal(me);
    const saved = await deps.catalogue.saveConnection(actor, integrationId, {
      baseUrl,
      apiKeyEncrypted: deps.seal(apiKey),
      apiKeyLastFour: apiKey.slice(-4),
      kisiOrganizationId: me.value.organizationId,
      kisiUserId: me.value.userId,
    });
    switch (saved) {
      case 'saved':
        return deps.kick();
      case 'unknown_integration':
        throw new AppError('not_found', 'There is no integration with this id.');
      case 'other_kisi_organization':
        throw new AppError(
          'conflict',
          'This key belongs to another Kisi organization than this integration had. Make a new integration for it.',
        );
      case 'taken':
        throw new AppError(
          'conflict',
          'This Kisi organization is connected already. One Kisi organization is one integration.',
        );
    }
  };
}

function refusal(outcome: Exclude<KisiOutcome<never>, { kind: 'done' }>): AppError {
  if (outcome.kind === 'refused') {
    return new AppError('kisi_key_refused', 'Kisi refuses this API key. Make a new one in Kisi as an administrator.', {
      fields: [{ field: 'apiKey', message: 'an API key that Kisi accepts' }],
    });
  }
  return new AppError(
    'kisi_unreachable',
    'Kisi did not answer in a way that can be used. Check the base URL and try again.',
  );
}
