import { Alert, Button, Loader, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Preview } from '../doors-shared/api-types';
import { PreviewPanel } from './preview-panel';

/** Whom saving would touch, counted while the form is filled in. */
export function LivePreview({ preview }: { readonly preview: UseQueryResult<Preview> }) {
  const { t } = useTranslation();
  if (preview.isError) {
    return (
      <Alert color="yellow" role="status">
        <Text size="sm">{t('preview.failed')}</Text>
        <Button mt="xs" size="xs" variant="default" onClick={() => void preview.refetch()}>
          {t('common.tryAgain')}
        </Button>
      </Alert>
    );
  }
  if (preview.data === undefined) {
    return (
      <Alert color="gray" icon={<Loader size={16} aria-hidden />} role="status">
        {t('preview.checking')}
      </Alert>
    );
  }
  return (
    <div aria-busy={preview.isPlaceholderData} style={preview.isPlaceholderData ? { opacity: 0.6 } : {}}>
      <PreviewPanel preview={preview.data} />
    </div>
  );
}

/** Holds the place of the preview, and says what it is waiting for. */
export function NoPreview({ isComplete }: { readonly isComplete: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert color="gray" title={t('preview.title')} role="note">
      <Text size="sm">{t(isComplete ? 'preview.unchanged' : 'preview.waiting')}</Text>
    </Alert>
  );
}
