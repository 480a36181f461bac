import { Center, Loader, Modal } from '@mantine/core';
import { useQuery, type QueryKey } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../api/client';
import { ErrorView } from './error-view';

interface Props<Data> {
  readonly title: string;
  readonly queryKey: QueryKey;
  readonly read: () => Promise<Tagged<Data>>;
  readonly onClose: () => void;
  /** The form; made anew whenever the object was read anew. */
  readonly children: (object: Tagged<Data>, loadAgain: () => void) => ReactNode;
}

/** Reads an object as it is now, with its tag, before it is edited in a dialog. */
export function EditLoader<Data>({ title, queryKey, read, onClose, children }: Props<Data>) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: [...queryKey, 'edit'],
    queryFn: read,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  if (query.data !== undefined && !query.isRefetching) {
    return <Fragment key={query.dataUpdatedAt}>{children(query.data, () => void query.refetch())}</Fragment>;
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {query.isError ? (
        <ErrorView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Center p="xl">
          <Loader aria-label={t('list.loading')} />
        </Center>
      )}
    </Modal>
  );
}
