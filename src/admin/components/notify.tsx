import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/errors';
import { useErrorText } from './error-view';

/** Short messages in the corner: `done` for what worked, `failed` for an error with its request id. */
export function useNotify(): { readonly done: (text: string) => void; readonly failed: (error: unknown) => void } {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useMemo(() => {
    const closeButtonProps = { 'aria-label': t('action.close') };
    return {
      done: (text) => void notifications.show({ message: text, color: 'harbour', autoClose: 4_000, closeButtonProps }),
      failed: (error) => {
        const isKnown = error instanceof ApiError && error.status > 0;
        const id = isKnown && error.requestId !== null ? ` (${t('error.requestId', { id: error.requestId })})` : '';
        notifications.show({
          title: isKnown ? error.title : undefined,
          message: `${errorText(error)}${id}`,
          color: 'red',
          autoClose: 12_000,
          role: 'alert',
          closeButtonProps,
        });
      },
    };
  }, [t, errorText]);
}
