import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode, SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isChangedMeanwhile } from '../api/errors';
import { ErrorView } from './error-view';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly isBusy: boolean;
  /** What no field of the form can show. */
  readonly error: unknown;
  /** Reads the object anew after somebody else changed it. */
  readonly onLoadAgain?: (() => void) | undefined;
  readonly submitText?: string;
  readonly children: ReactNode;
}

/** A form in a dialog. What was typed survives an error. */
export function FormModal({ title, onClose, onSubmit, isBusy, error, onLoadAgain, submitText, children }: Props) {
  const { t } = useTranslation();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const isConflict = isChangedMeanwhile(error);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {error !== null && error !== undefined && (
            <ErrorView
              error={error}
              onRetry={isConflict ? onLoadAgain : undefined}
              retryText={isConflict ? t('error.loadAgain') : undefined}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {submitText ?? t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
