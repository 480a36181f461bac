import { attention } from './entitlement-access';
import type { GrantRef } from './ids';

/** The attention of one grant made by hand. */
export function manualAccess(grant: GrantRef): Promise<{ readonly receiptId: string | null }> {
  const { organizationId, grantId } = grant;
  return attention({ organizationId, kind: 'grant', sourceId: '', externalId: grantId }, grant).attend();
}
