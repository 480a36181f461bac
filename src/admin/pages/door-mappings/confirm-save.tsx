import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/confirm-dialog';
import type { Preview } from '../doors-shared/api-types';
import { PreviewPanel } from './preview-panel';

interface Props {
  /** Undefined when it could not be counted. */
  readonly preview: Preview | undefined;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before saving takes access away from somebody, or when nobody knows whether it does. */
export function ConfirmSave({ preview, isBusy, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      isOpen
      title={t('preview.ask')}
      confirmText={t(preview === undefined ? 'preview.saveAnyway' : 'preview.confirm')}
      isBusy={isBusy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {preview === undefined ? <Text size="sm">{t('preview.failed')}</Text> : <PreviewPanel preview={preview} />}
    </ConfirmDialog>
  );
}
