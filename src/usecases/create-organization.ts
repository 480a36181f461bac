import { createHash, randomBytes } from 'node:crypto';
import { SCOPES, type Actor, type Catalogue, type Scope } from './catalogue';

/** How a token is stored and looked up: only its SHA-256 is kept. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Makes an API token; its text is shown this once and cannot be read again. */
export function createMakeToken(deps: {
  readonly catalogue: Pick<Catalogue, 'saveToken'>;
  readonly newId: () => string;
}): (
  actor: Actor,
  wanted: { readonly name: string; readonly scopes: readonly Scope[]; readonly sourceId: string | null },
) => Promise<{ readonly id: string; readonly token: string } | 'unknown_source'> {
  return async (actor, wanted) => {
    const id = deps.newId();
    const token = `lk_${randomBytes(32).toString('base64url')}`;
    const saved = await deps.catalogue.saveToken(actor, { id, ...wanted, tokenHash: hashToken(token) });
    return saved === 'saved' ? { id, token } : saved;
  };
}

export interface NewOrganization {
  readonly organizationId: string;
  readonly token: string;
}

/** Makes an organization with a source `default` and its first token, which has every scope. */
export function createCreateOrganization(deps: {
  readonly catalogue: Pick<Catalogue, 'createOrganization' | 'saveSource' | 'saveToken'>;
  readonly newId: () => string;
}): (name: string) => Promise<NewOrganization> {
  const makeToken = createMakeToken(deps);
  return async (name) => {
    const organizationId = deps.newId();
    const actor: Actor = { organizationId, name: 'set-up' };
    await deps.catalogue.createOrganization({ id: organizationId, name });
    await deps.catalogue.saveSource(actor, { id: 'default', name: 'Default' });
    const made = await makeToken(actor, { name: 'First token', scopes: SCOPES, sourceId: null });
    if (made === 'unknown_source') throw new Error('A token without a source cannot miss one.');
    return { organizationId, token: made.token };
  };
}
