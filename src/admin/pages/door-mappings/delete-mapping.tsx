import { Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, ifMatch, unwrapEmpty, type Tagged } from '../../api/client';
import { ApiError } from '../../api/errors';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { useNotify } from '../../components/notify';
import { ScopedButton } from '../../components/scoped-button';
import type { DoorMapping } from '../doors-shared/api-types';
import { KEYS, readPreview } from '../doors-shared/queries';
import { PreviewPanel } from './preview-panel';
import { forgetMappings } from './use-save-mapping';

/** Deletes a mapping, after showing who loses the door by it. */
export function DeleteMapping({ stored }: { readonly stored: Tagged<DoorMapping> }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure();
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { done } = useNotify();
  const one = stored.data;
  const preview = useQuery({
    queryKey: [...KEYS.previews, one.id, 'delete'],
    queryFn: () => readPreview({ change: 'delete_door_mapping', id: one.id }),
    enabled: isOpen,
    staleTime: 0,
    retry: false,
  });
  const remove = useMutation({
    mutationFn: () => deleteMapping(one.id, stored.etag),
    onSuccess: async () => {
      done(t('common.deleted'));
      navigate('/resources/access-control-door-mappings');
      await forgetMappings(client);
    },
  });
  return (
    <>
      <ScopedButton needs="admin" variant="default" onClick={open}>
        {t('common.delete')} …
      </ScopedButton>
      <ConfirmDialog
        isOpen={isOpen}
        title={t('mapping.deleteTitle')}
        confirmText={t((preview.data?.lose ?? 0) > 0 ? 'preview.confirmDelete' : 'common.delete')}
        isBusy={remove.isPending}
        isConfirmDisabled={preview.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => {
          remove.reset();
          close();
        }}
      >
        <Text size="sm">
          {t('mapping.deleteText', { door: one.name, subject: one.subject.name ?? one.subject.id })}
        </Text>
        {preview.isPending && <Skeleton height={60} role="status" aria-label={t('preview.checking')} />}
        {preview.isError && <Text size="sm">{t('preview.failed')}</Text>}
        {preview.data !== undefined && <PreviewPanel preview={preview.data} />}
        <Text size="sm" c="dimmed">
          {t('mapping.deleteKeep')}
        </Text>
      </ConfirmDialog>
    </>
  );
}

/** Deletes the version that was seen; one that is gone already is deleted. */
async function deleteMapping(id: string, etag: string | null): Promise<void> {
  try {
    await unwrapEmpty(api.DELETE('/v1/door-mappings/{id}', { params: { path: { id } }, headers: ifMatch(etag) }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return;
    throw error;
  }
}
