import { Text } from '@mantine/core';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from './confirm-dialog';
import { useNotify } from './notify';

interface Props {
  readonly name: string;
  readonly queryKey: QueryKey;
  readonly remove: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something of the catalogue is deleted; says why when the API refuses. */
export function DeleteDialog({ name, queryKey, remove, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey });
      notify.done(t('action.deleted'));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={t('catalogue.deleteTitle', { name })}
      confirmText={t('action.delete')}
      isBusy={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onClose={onClose}
    >
      <Text>{t('catalogue.deleteText')}</Text>
    </ConfirmDialog>
  );
}
