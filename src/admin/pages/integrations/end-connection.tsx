import { Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, unwrapEmpty } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { useNotify } from '../../components/notify';
import { ScopedButton } from '../../components/scoped-button';
import { Time } from '../../components/time';
import type { Integration } from '../doors-shared/api-types';
import { KEYS } from '../doors-shared/queries';
import { DisconnectDialog } from './disconnect-dialog';

/** The end of a connection: asking for it, watching it, and deleting what is left. */
export function EndConnection({ one }: { readonly one: Integration }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {t('integration.section.danger')}
      </Title>
      {one.status === 'connected' && (
        <>
          <Text size="sm">{t('disconnect.mappingsKept')}</Text>
          <Group>
            <ScopedButton needs="admin" variant="default" onClick={open}>
              {t('disconnect.button')} …
            </ScopedButton>
          </Group>
        </>
      )}
      {one.status === 'disconnecting' && <Progress one={one} onAskAnew={open} />}
      {one.status === 'disconnected' && <DeleteIntegration one={one} />}
      {isOpen && <DisconnectDialog one={one} onClose={close} />}
    </Stack>
  );
}

function Progress({ one, onAskAnew }: { readonly one: Integration; readonly onAskAnew: () => void }) {
  const { t } = useTranslation();
  const { disconnect } = one;
  if (disconnect === null) return null;
  return (
    <Stack gap={4}>
      <Group gap="xs" role="status">
        <Loader size={18} aria-hidden />
        <Text fw={600}>{t('disconnect.running.left', { count: disconnect.peopleLeft })}</Text>
      </Group>
      <Text size="sm">
        {t(`disconnect.mode.${disconnect.mode}`)} · {t('disconnect.running.by', { by: disconnect.by })} ·{' '}
        <Time at={disconnect.askedAt} />
      </Text>
      {disconnect.until !== null && (
        <Text size="sm">
          {t('disconnect.running.until')} <Time at={disconnect.until} />
        </Text>
      )}
      {disconnect.reason !== null && <Text size="sm">{disconnect.reason}</Text>}
      <Text size="sm" c="dimmed">
        {t('disconnect.running.help')}
      </Text>
      {disconnect.mode !== 'write_off' && (
        <Group>
          <ScopedButton needs="admin" size="xs" variant="default" onClick={onAskAnew}>
            {t('disconnect.other')} …
          </ScopedButton>
        </Group>
      )}
    </Stack>
  );
}

function DeleteIntegration({ one }: { readonly one: Integration }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure();
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { done } = useNotify();
  const remove = useMutation({
    mutationFn: () => unwrapEmpty(api.DELETE('/v1/integrations/{id}', { params: { path: { id: one.id } } })),
    onSuccess: async () => {
      done(t('integration.deleted'));
      navigate('/settings/integrations');
      await client.invalidateQueries({ queryKey: KEYS.integrations });
    },
  });
  return (
    <>
      <Text size="sm">{t('integration.deleteHelp')}</Text>
      <Group>
        <ScopedButton needs="admin" variant="default" onClick={open}>
          {t('integration.deleteTitle')} …
        </ScopedButton>
      </Group>
      <ConfirmDialog
        isOpen={isOpen}
        title={t('integration.deleteTitle')}
        confirmText={t('common.delete')}
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => {
          remove.reset();
          close();
        }}
      >
        <Text size="sm">
          <b>{one.name}</b>
        </Text>
        <Text size="sm">{t('integration.deleteHelp')}</Text>
      </ConfirmDialog>
    </>
  );
}
