import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { isPassing, isSignedOut } from './api/errors';

/** The query that holds who is signed in; `null` is nobody. */
export const SESSION_KEY = ['session'] as const;

const LONGEST_WAIT_MS = 10_000;

/**
 * The client of all queries: what passes by itself is tried again for ever, with growing pauses; the end of the session
 * leads to the sign-in page, whichever call found out.
 */
export function createQueryClient(): QueryClient {
  const leave = (error: Error): void => {
    if (isSignedOut(error)) client.setQueryData(SESSION_KEY, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: leave }),
    mutationCache: new MutationCache({ onError: leave }),
    defaultOptions: {
      queries: {
        // Whether the browser believes to be online says little about a service in the same building.
        networkMode: 'always',
        retry: (_count, error) => isPassing(error),
        retryDelay: (count) => Math.min(1_000 * 2 ** count, LONGEST_WAIT_MS),
        staleTime: 5_000,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}
