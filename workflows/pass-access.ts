import { attention } from './entitlement-access';
import type { PassRef } from './ids';

/** One pass's attention. */
export function passAccess(pass: PassRef): Promise<{ readonly receiptId: string | null }> {
  const { organizationId, sourceId, passId } = pass;
  return attention({ organizationId, kind: 'pass', sourceId, externalId: passId }, pass).attend();
}
