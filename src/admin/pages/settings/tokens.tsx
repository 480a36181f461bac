import { Alert, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiToken } from '../../api/catalogue';
import { api, unwrap, unwrapEmpty } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { DataList } from '../../components/data-list';
import { NameAndId } from '../../components/name-and-id';
import { useNotify } from '../../components/notify';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { ScopedButton } from '../../components/scoped-button';
import { StateBadge } from '../../components/state-badge';
import { Time } from '../../components/time';
import { useMay } from '../../shell/session';
import { TokenForm } from './token-form';

/** Who and what may talk to Latchkey. */
export default function TokensPage() {
  const { t } = useTranslation();
  const { admin } = useMay();
  const [isAdding, setIsAdding] = useState(false);
  const add = (
    <ScopedButton needs="admin" onClick={() => setIsAdding(true)}>
      {t('tokens.add')}
    </ScopedButton>
  );
  return (
    <Page title={t('tokens.title')} text={t('tokens.text')} actions={add}>
      {admin ? <Tokens /> : <Alert color="yellow">{t('tokens.needsAdmin')}</Alert>}
      {isAdding && <TokenForm onClose={() => setIsAdding(false)} />}
    </Page>
  );
}

function Tokens() {
  const { t } = useTranslation();
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const list = usePagedList({
    queryKey: ['tokens'],
    read: (query) => unwrap(api.GET('/v1/api-tokens', { params: { query } })),
  });
  return (
    <>
      <DataList
        label={t('tokens.title')}
        list={list}
        keyOf={(one) => one.id}
        empty={{ title: t('tokens.empty'), text: t('tokens.emptyText') }}
        columns={[
          {
            id: 'name',
            title: t('tokens.name'),
            isPrimary: true,
            cell: (one) => <NameAndId name={one.name} id={one.id} />,
          },
          { id: 'scopes', title: t('tokens.scopes'), cell: (one) => one.scopes.join(', ') },
          { id: 'source', title: t('catalogue.source'), cell: (one) => one.sourceId ?? t('tokens.anySource') },
          { id: 'created', title: t('tokens.created'), cell: (one) => <Time at={one.createdAt} /> },
          {
            id: 'state',
            title: t('tokens.state'),
            cell: (one) =>
              one.revokedAt === null ? (
                <StateBadge tone="good">{t('tokens.valid')}</StateBadge>
              ) : (
                <StateBadge tone="quiet">{t('tokens.revoked')}</StateBadge>
              ),
          },
          {
            id: 'actions',
            title: t('action.actions'),
            isActions: true,
            cell: (one) =>
              one.revokedAt === null ? (
                <ScopedButton
                  needs="admin"
                  size="compact-sm"
                  variant="default"
                  onClick={() => setRevoking(one)}
                  aria-label={t('tokens.revokeNamed', { name: one.name })}
                >
                  {t('tokens.revoke')}
                </ScopedButton>
              ) : null,
          },
        ]}
      />
      {revoking !== null && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function RevokeDialog({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const revocation = useMutation({
    mutationFn: () => unwrapEmpty(api.DELETE('/v1/api-tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: async () => {
      notify.done(t('tokens.revokeDone'));
      onClose();
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={t('tokens.revokeTitle', { name: token.name })}
      confirmText={t('tokens.revoke')}
      isBusy={revocation.isPending}
      error={revocation.error}
      onConfirm={() => revocation.mutate()}
      onClose={onClose}
    >
      <Text>{t('tokens.revokeText')}</Text>
    </ConfirmDialog>
  );
}
