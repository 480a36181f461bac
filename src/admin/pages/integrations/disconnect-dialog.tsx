import { Alert, List, Radio, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorView } from '../../components/error-view';
import { useNotify } from '../../components/notify';
import type { DisconnectMode, DisconnectPreview, Integration } from '../doors-shared/api-types';
import { KEYS, useDisconnectPreview } from '../doors-shared/queries';
import {
  checkDisconnectForm,
  isNobodyConcerned,
  listDisconnectChoices,
  suggestExpiry,
  type DisconnectForm,
} from './integration-view';

interface Props {
  readonly one: Integration;
  readonly onClose: () => void;
}

/** Asks what becomes of everyone's access when a connection ends, and shows how many that are. */
export function DisconnectDialog({ one, onClose }: Props) {
  const { t } = useTranslation();
  const { done } = useNotify();
  const preview = useDisconnectPreview(one.id, true);
  const choices = listDisconnectChoices(one);
  const [form, setForm] = useState<DisconnectForm>(() => ({
    mode: choices.find((choice) => choice.isPossible)?.mode ?? 'write_off',
    until: suggestExpiry(new Date()),
    reason: '',
    typedName: '',
  }));
  const [hasTried, setHasTried] = useState(false);
  const disconnect = useDisconnect(one.id);
  const errors = hasTried ? checkDisconnectForm(form, one.name, new Date()) : {};
  const change = (changed: Partial<DisconnectForm>): void => setForm((before) => ({ ...before, ...changed }));
  const confirm = (): void => {
    setHasTried(true);
    if (Object.keys(checkDisconnectForm(form, one.name, new Date())).length > 0) return;
    disconnect.mutate(form, {
      onSuccess: () => {
        done(t('disconnect.stopped', { name: one.name }));
        onClose();
      },
    });
  };
  return (
    <ConfirmDialog
      isOpen
      title={t('disconnect.title', { name: one.name })}
      confirmText={t(`disconnect.confirm.${form.mode}`)}
      isBusy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {preview.data !== undefined && <Concerned preview={preview.data} />}
      {preview.isPending && <Skeleton height={44} />}
      {preview.isError && <ErrorView error={preview.error} onRetry={() => void preview.refetch()} />}
      {one.health === 'key_invalid' && <Alert color="yellow">{t('disconnect.deadKey')}</Alert>}
      <Radio.Group label={t('disconnect.what')} value={form.mode} onChange={(mode) => change({ mode: readMode(mode) })}>
        <Stack gap="xs" mt="xs">
          {choices.map(({ mode, isPossible }) => (
            <Radio
              key={mode}
              value={mode}
              disabled={!isPossible}
              label={t(`disconnect.mode.${mode}`)}
              description={t(`disconnect.help.${mode}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {form.mode === 'expire' && (
        <TextInput
          type="datetime-local"
          label={t('disconnect.until')}
          description={t('disconnect.untilHelp', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          value={form.until}
          onChange={(event) => change({ until: event.currentTarget.value })}
          error={errors.until === undefined ? null : t(errors.until)}
        />
      )}
      {form.mode === 'write_off' && (
        <>
          <Textarea
            label={t('disconnect.reason')}
            description={t('disconnect.reasonHelp')}
            required
            autosize
            minRows={2}
            maxLength={500}
            value={form.reason}
            onChange={(event) => change({ reason: event.currentTarget.value })}
            error={errors.reason === undefined ? null : t(errors.reason)}
          />
          <TextInput
            label={t('disconnect.typeName', { name: one.name })}
            required
            autoComplete="off"
            value={form.typedName}
            onChange={(event) => change({ typedName: event.currentTarget.value })}
            error={errors.typedName === undefined ? null : t(errors.typedName)}
          />
        </>
      )}
      <Text size="sm" c="dimmed">
        {t('disconnect.mappingsKept')}
      </Text>
    </ConfirmDialog>
  );
}

function Concerned({ preview }: { readonly preview: DisconnectPreview }) {
  const { t } = useTranslation();
  if (isNobodyConcerned(preview)) return <Text size="sm">{t('disconnect.nobody')}</Text>;
  const { peopleWithAccessNow, peopleWithAccessLater, openEnded } = preview;
  return (
    <div>
      <Text fw={600}>{t('disconnect.now', { count: peopleWithAccessNow })}</Text>
      <List size="sm">
        {peopleWithAccessLater > 0 && <List.Item>{t('disconnect.later', { count: peopleWithAccessLater })}</List.Item>}
        {openEnded > 0 && <List.Item>{t('disconnect.openEnded', { count: openEnded })}</List.Item>}
      </List>
    </div>
  );
}

const readMode = (text: string): DisconnectMode => (text === 'expire' || text === 'write_off' ? text : 'revoke');

function useDisconnect(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: DisconnectForm) =>
      unwrap(
        api.DELETE('/v1/integrations/{id}/connection', {
          params: {
            path: { id },
            query: {
              mode: form.mode,
              ...(form.mode === 'expire' ? { until: new Date(form.until).toISOString() } : {}),
              ...(form.mode === 'write_off' ? { reason: form.reason.trim() } : {}),
            },
          },
        }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: KEYS.integrations }),
        client.invalidateQueries({ queryKey: KEYS.mappings }),
      ]),
  });
}
