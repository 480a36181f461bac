import { Center, Loader } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorView } from '../components/error-view';
import { SessionContext, useSessionQuery, useSignIn } from './session';
import { SignIn } from './sign-in';
import { Unreachable } from './unreachable';

/** Shows its children to somebody who is signed in, at whatever address; else the sign-in page, and then leads back. */
export function Gate({ linkToken, children }: { readonly linkToken: string | null; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const link = useLink(linkToken);
  const session = useSessionQuery(link !== 'asking');
  if (link === 'asking' || session.isPending) {
    return (
      <>
        <Unreachable />
        <Center mih="60vh">
          <Loader aria-label={t('list.loading')} />
        </Center>
      </>
    );
  }
  if (session.isError) return <ErrorView error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === null) return <SignIn hint={link === 'refused' ? t('session.linkRefused') : null} />;
  return <SessionContext value={session.data}>{children}</SessionContext>;
}

type Link = 'none' | 'asking' | 'refused';

/** Exchanges the token of a sign-in link, once. A refused one leaves an older session as it is. */
function useLink(token: string | null): Link {
  const [link, setLink] = useState<Link>(token === null ? 'none' : 'asking');
  const { mutate } = useSignIn();
  const isAsked = useRef(false);
  useEffect(() => {
    if (token === null || isAsked.current) return;
    isAsked.current = true;
    mutate(token, { onSuccess: () => setLink('none'), onError: () => setLink('refused') });
  }, [token, mutate]);
  return link;
}
