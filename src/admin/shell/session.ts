import { createContext, useContext } from 'react';
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, unwrap, unwrapEmpty } from '../api/client';
import { isSignedOut } from '../api/errors';
import type { Session } from '../api/session';
import { SESSION_KEY } from '../query';

async function readSession(): Promise<Session | null> {
  try {
    return await unwrap(api.GET('/admin/session'));
  } catch (error) {
    if (isSignedOut(error)) return null;
    throw error;
  }
}

/** Who is signed in, or null for nobody; undefined while it is not known. */
export function useSessionQuery(enabled: boolean) {
  return useQuery({ queryKey: SESSION_KEY, queryFn: readSession, enabled, staleTime: 60_000 });
}

/** Exchanges a token for a session; afterwards everything is read anew, as the one who is signed in now. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (token: string) => {
      await unwrapEmpty(api.POST('/admin/session', { body: { token } }));
      return readSession();
    },
    onSuccess: (session) => becomeSomebody(client, session),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrapEmpty(api.DELETE('/admin/session')),
    onSuccess: () => becomeSomebody(client, null),
  });
}

/** Forgets what somebody else saw. The session's own query stays: whoever watches a removed one would learn nothing more. */
function becomeSomebody(client: QueryClient, session: Session | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  client.setQueryData(SESSION_KEY, session);
}

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Pages are only shown to somebody. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('Nobody is signed in.');
  return session;
}

/** What may be done here: `read` sees, `operate` acts, `admin` sets up, `events` sends facts. */
export function useMay(): Readonly<Record<'operate' | 'admin' | 'events', boolean>> {
  const { scopes } = useSession();
  const has = (scope: string): boolean => scopes.includes(scope);
  return { operate: has('operate'), admin: has('admin'), events: has('events') };
}
