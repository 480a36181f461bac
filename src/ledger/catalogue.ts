import { SCOPES, type ApiTokenView, type Catalogue, type Principal, type Scope } from '../usecases/catalogue';
import { audit, toPage } from './audit';
import { createIntegrations } from './catalogue-integrations';
import { createLocations } from './catalogue-locations';
import { createOrganizations, createSources } from './catalogue-organizations';
import { createResources } from './catalogue-resources';
import { createDoorMappings } from './door-mappings';
import type { ApiToken } from './generated/client';
import type { OpenLedger } from './open';

/** Everything that operators set up. */
export function createCatalogue(ledger: OpenLedger): Catalogue {
  return {
    ...createOrganizations(ledger),
    ...createSources(ledger),
    ...createLocations(ledger),
    ...createResources(ledger),
    ...createDoorMappings(ledger),
    ...createIntegrations(ledger),
    ...tokens(ledger),
  };
}

function tokens(ledger: OpenLedger): Pick<Catalogue, 'findPrincipal' | 'saveToken' | 'listTokens' | 'revokeToken'> {
  const { prisma } = ledger;
  return {
    async findPrincipal(tokenHash) {
      const row = await prisma.apiToken.findUnique({ where: { tokenHash } });
      return row === null ? null : toPrincipal(row);
    },
    saveToken: (actor, token) =>
      ledger.inTransaction(async (tx) => {
        const { organizationId } = actor;
        const { sourceId } = token;
        const source =
          sourceId === null
            ? null
            : await tx.source.findUnique({ where: { organizationId_id: { organizationId, id: sourceId } } });
        if (sourceId !== null && source === null) return 'unknown_source';
        await tx.apiToken.create({ data: { ...token, scopes: [...token.scopes], organizationId } });
        await audit(tx, actor, 'api_token_made', token.id);
        return 'saved';
      }),
    async listTokens(organizationId, { limit, after }) {
      const rows = await prisma.apiToken.findMany({
        where: { organizationId, ...(after === null ? {} : { id: { gt: after } }) },
        orderBy: { id: 'asc' },
        take: limit + 1,
      });
      return toPage(rows, limit, (row) => row.id, toToken);
    },
    revokeToken: (actor, id, now) =>
      ledger.inTransaction(async (tx) => {
        const { count } = await tx.apiToken.updateMany({
          where: { organizationId: actor.organizationId, id, revokedAt: null },
          data: { revokedAt: new Date(now) },
        });
        if (count === 0) return false;
        await tx.adminSession.deleteMany({ where: { tokenId: id } });
        await audit(tx, actor, 'api_token_revoked', id);
        return true;
      }),
  };
}

/** Whom a token lets in; null once it is revoked. */
export function toPrincipal({ id, name, organizationId, sourceId, scopes, revokedAt }: ApiToken): Principal | null {
  if (revokedAt !== null) return null;
  return { tokenId: id, tokenName: name, organizationId, scopes: toScopes(scopes), sourceId };
}

function toScopes(names: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => names.includes(scope));
}

function toToken({ id, name, scopes, sourceId, createdAt, revokedAt }: ApiToken): ApiTokenView {
  const dates = { createdAt: createdAt.getTime(), revokedAt: revokedAt?.getTime() ?? null };
  return { id, name, scopes: toScopes(scopes), sourceId, ...dates };
}
