import { AppError } from '../domain/errors';
import type { CheckedKey } from './check-key';
import type { ConnectionObstacle } from './connections';

export const CONNECTION_PROBLEMS = [
  'kisi_key_refused',
  'kisi_unreachable',
  'kisi_rights_missing',
  'other_kisi_organization',
  'kisi_organization_taken',
] as const;

/** Why a key cannot connect an integration, and what to do about it. */
export interface ConnectionProblem {
  readonly code: (typeof CONNECTION_PROBLEMS)[number];
  readonly message: string;
  readonly remedy: string;
}

/** What is wrong with a key as Kisi sees it, or null. */
export function problemOfKey({ problem, rights }: Pick<CheckedKey, 'problem' | 'rights'>): ConnectionProblem | null {
  switch (problem) {
    case null:
      return null;
    case 'kisi_key_refused':
      return {
        code: problem,
        message: 'Kisi refuses this API key.',
        remedy: 'Make a new API key in Kisi as an administrator of the organization.',
      };
    case 'kisi_unreachable':
      return {
        code: problem,
        message: 'Kisi did not answer in a way that can be used.',
        remedy: 'Check the base URL, see status.kisi.io, and try again.',
      };
    case 'kisi_rights_missing': {
      const missing = rights.filter((one) => !one.ok).map(({ right }) => right.replace('see_', '').replace('_', ' '));
      return {
        code: problem,
        message: `The user of this API key may not see: ${missing.join(', ')}.`,
        remedy: 'Make that user an administrator of the Kisi organization, or make the key as an administrator.',
      };
    }
  }
}

/** What keeps this Kisi organization from being this integration's. */
export function problemOfObstacle(
  obstacle: Exclude<ConnectionObstacle, { kind: 'unknown_integration' }>,
): ConnectionProblem {
  if (obstacle.kind === 'other_kisi_organization') {
    return {
      code: 'other_kisi_organization',
      message: 'This key belongs to another Kisi organization than this integration.',
      remedy: 'Use a key of the same Kisi organization, or make a new integration for the other one.',
    };
  }
  const where = obstacle.name === null ? '' : ` by the integration "${obstacle.name}"`;
  return {
    code: 'kisi_organization_taken',
    message: `This Kisi organization is connected already${where}. One Kisi organization is one integration.`,
    remedy:
      obstacle.name === null
        ? 'Disconnect and delete it where it is connected, or ask whoever runs Latchkey for you.'
        : 'Use that integration for the other locations too, or disconnect and delete it first.',
  };
}

export function toError({ code, message, remedy }: ConnectionProblem): AppError {
  const fields = code === 'kisi_unreachable' ? {} : { fields: [{ field: 'apiKey', message }] };
  return new AppError(code, `${message} ${remedy}`, fields);
}
