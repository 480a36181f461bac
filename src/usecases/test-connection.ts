import { AppError } from '../domain/errors';
import { SECOND_MS } from '../domain/time';
import type { CheckedKey, KeyToCheck, KisiNamed, RightCheck } from './check-key';
import { problemOfKey, problemOfObstacle, type ConnectionProblem } from './connection-problems';
import type { Connections } from './connections';

export interface TestConnectionInput {
  readonly organizationId: string;
  readonly integrationId: string;
  /** Null: the stored key. */
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}

export interface ConnectionTest {
  readonly ok: boolean;
  readonly organization: KisiNamed | null;
  readonly user: KisiNamed | null;
  readonly rights: readonly RightCheck[];
  readonly clockOffsetMs: number | null;
  readonly clockOk: boolean;
  readonly problem: ConnectionProblem | null;
}

/** Clocks further apart open and close doors at the wrong second. */
const CLOCK_SKEW_MS = 2 * SECOND_MS;

/**
 * Says who a key is, what it may do and whether it could connect this integration. Stores nothing.
 *
 * The stored key only ever goes to the address that it was stored with.
 *
 * @throws AppError not_found, invalid_request
 */
export function createTestConnection(deps: {
  readonly connections: Pick<Connections, 'findObstacle'>;
  readonly checkKey: (key: KeyToCheck) => Promise<CheckedKey>;
  /** Null where there is none. */
  readonly storedKey: (organizationId: string, integrationId: string) => Promise<KeyToCheck | null>;
  readonly exists: (organizationId: string, integrationId: string) => Promise<boolean>;
}): (input: TestConnectionInput) => Promise<ConnectionTest> {
  return async (input) => {
    const checked = await deps.checkKey(await keyOf(deps, input));
    const { user, organization, rights, clockOffsetMs } = checked;
    const problem = problemOfKey(checked) ?? (await obstacle(deps, input, organization));
    const clockOk = clockOffsetMs !== null && Math.abs(clockOffsetMs) <= CLOCK_SKEW_MS;
    return { ok: problem === null, organization, user, rights, clockOffsetMs, clockOk, problem };
  };
}

type Deps = Parameters<typeof createTestConnection>[0];

async function keyOf(deps: Deps, input: TestConnectionInput): Promise<KeyToCheck> {
  const { organizationId, integrationId, apiKey, baseUrl } = input;
  if (!(await deps.exists(organizationId, integrationId))) throw noIntegration();
  if (apiKey !== null) return { baseUrl, apiKey, apiUserKey: null };
  if (baseUrl !== null) throw wrong('baseUrl', 'only together with apiKey: the stored key goes nowhere else');
  const stored = await deps.storedKey(organizationId, integrationId);
  if (stored === null) throw wrong('apiKey', 'expected an API key: this integration has none stored');
  return stored;
}

async function obstacle(
  { connections }: Deps,
  { organizationId, integrationId }: TestConnectionInput,
  organization: KisiNamed | null,
): Promise<ConnectionProblem | null> {
  if (organization === null) return null;
  const found = await connections.findObstacle(organizationId, integrationId, organization.id);
  if (found === null) return null;
  if (found.kind === 'unknown_integration') throw noIntegration();
  return problemOfObstacle(found);
}

function noIntegration(): AppError {
  return new AppError('not_found', 'There is no integration with this id.');
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_request', `${field}: ${message}`, { fields: [{ field, message }] });
}
