import { Alert, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { isPassing } from '../api/errors';

/** A line at the top while the service cannot be reached and calls are being repeated. */
export function Unreachable() {
  const { t } = useTranslation();
  const cache = useQueryClient().getQueryCache();
  const isAway = useSyncExternalStore(
    useCallback((changed: () => void) => cache.subscribe(changed), [cache]),
    () => cache.getAll().some(({ state }) => state.fetchStatus === 'fetching' && isPassing(state.fetchFailureReason)),
  );
  return (
    <div role="status">
      {isAway && <Alert color="yellow" py="xs" mb="md" icon={<Loader size="xs" />} title={t('app.unreachable')} />}
    </div>
  );
}
