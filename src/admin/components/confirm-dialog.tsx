import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorView } from './error-view';

interface Props {
  readonly isOpen: boolean;
  readonly title: string;
  readonly confirmText: string;
  readonly isBusy?: boolean;
  readonly isDangerous?: boolean;
  readonly isConfirmDisabled?: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something that cannot be taken back. An error stays in the dialog. */
export function ConfirmDialog({ isOpen, title, confirmText, isBusy = false, isDangerous = true, ...rest }: Props) {
  const { t } = useTranslation();
  const { isConfirmDisabled = false, error = null, onConfirm, onClose, children } = rest;
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack>
        {children}
        {error !== null && error !== undefined && <ErrorView error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('action.cancel')}
          </Button>
          <Button
            {...(isDangerous ? { color: 'red.9' } : {})}
            loading={isBusy}
            disabled={isConfirmDisabled}
            onClick={onConfirm}
          >
            {confirmText}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
