import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isChangedMeanwhile, isPassing } from '../api/errors';

/** Says in one text what went wrong and what to do, in the page's language where we know the error. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (isPassing(error)) return t('error.unreachable');
      if (isChangedMeanwhile(error)) return t('error.changedMeanwhile');
      if (error instanceof ApiError) return error.detail === '' ? error.title : error.detail;
      return error instanceof Error ? error.message : String(error);
    },
    [t],
  );
}

interface Props {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  /** Instead of "Try again". */
  readonly retryText?: string | undefined;
}

/** A problem that the API answered: title, what to do, the request id to tell us, and a way to try again. */
export function ErrorView({ error, onRetry, retryText }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isKnown = error instanceof ApiError && !isPassing(error);
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={isKnown ? error.title : t('error.title')}
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">{errorText(error)}</Text>
        {isKnown && error.fields.length > 0 && (
          <ul className="plain">
            {error.fields.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                <Text size="sm">
                  <b>{field}</b>: {message}
                </Text>
              </li>
            ))}
          </ul>
        )}
        {error instanceof ApiError && error.requestId !== null && (
          <Text size="xs">{t('error.requestId', { id: error.requestId })}</Text>
        )}
        {onRetry !== undefined && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {retryText ?? t('error.retry')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
