/** Takes slots for requests of one Kisi API user. Instants in epoch milliseconds. */
export interface RateLimiter {
  reserve(
    apiUserKey: string,
    count: number,
  ): Promise<
    { readonly kind: 'slots'; readonly at: readonly number[] } | { readonly kind: 'wait_until'; readonly at: number }
  >;
}

/** No limit at all: for simulators whose limit is off. */
export function createUnlimitedLimiter(): RateLimiter {
  return { reserve: async (_key, count) => ({ kind: 'slots', at: Array.from({ length: count }, () => 0) }) };
}
