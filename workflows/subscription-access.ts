import { attention } from './entitlement-access';
import type { SubscriptionRef } from './ids';

/** One subscription's attention, for as long as it may give access. */
export function subscriptionAccess(subscription: SubscriptionRef): Promise<{ readonly receiptId: string | null }> {
  const { organizationId, sourceId, subscriptionId } = subscription;
  const key = { organizationId, kind: 'subscription', sourceId, externalId: subscriptionId } as const;
  return attention(key, subscription).attend();
}
