import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { Time } from '../../components/time';
import type { KisiDoor, TargetType } from '../doors-shared/api-types';
import { KEYS, useDoor, useDoors } from '../doors-shared/queries';
import { SearchSelect } from '../doors-shared/search-select';
import { useSlow } from '../doors-shared/use-slow';
import { DoorLine } from './door-line';
import { isKeyProblem } from './mapping-view';

export type PickedDoor = Pick<KisiDoor, 'type' | 'id' | 'name'>;

interface Props {
  readonly integrationId: string;
  readonly type: TargetType;
  readonly chosenId: number | null;
  readonly error: string | null;
  readonly onChoose: (door: PickedDoor) => void;
}

const WAIT_MS = 250;

/** Chooses a real door or group of an integration, by name, place or floor; nobody has to know an id. */
export function DoorPicker({ integrationId, type, chosenId, error, onChoose }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search, WAIT_MS);
  const found = useDoors(integrationId, type, query, true);
  const isSlow = useSlow(found.isPending || found.isFetchingNextPage);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const onPage = items.find((one) => one.id === chosenId);
  const read = useDoor(integrationId, type, onPage === undefined ? chosenId : null);
  const chosen = onPage ?? read.data ?? null;
  const first = found.data?.pages[0];
  const isLock = type === 'lock';
  return (
    <Stack gap="xs">
      {found.isPending ? (
        <Waiting isSlow={isSlow} />
      ) : (
        <SearchSelect
          label={t(isLock ? 'mapping.field.door' : 'mapping.field.group')}
          placeholder={t(isLock ? 'picker.searchLock' : 'picker.searchGroup')}
          error={error}
          chosenText={chosenId === null ? '' : (chosen?.name ?? t('picker.notSeen', { id: chosenId }))}
          chosenValue={chosenId === null ? null : String(chosenId)}
          isLoading={found.isFetching || search !== query}
          hasMore={found.hasNextPage}
          emptyText={t(emptyText(isLock, query))}
          onSearch={setSearch}
          onMore={() => void found.fetchNextPage()}
          onChoose={(value) => {
            const door = items.find((one) => String(one.id) === value);
            if (door !== undefined) onChoose(door);
          }}
          options={items.map((door) => ({ value: String(door.id), content: <DoorLine door={door} /> }))}
        />
      )}
      {chosen !== null && <DoorLine door={chosen} isChosen />}
      {found.isError && <ErrorView error={found.error} onRetry={() => void found.refetch()} />}
      {first?.problem !== null && first?.problem !== undefined && (
        <DoorsProblem code={first.problem.code} integrationId={integrationId} hasDoors={items.length > 0} />
      )}
      {!found.isPending && <ReadAgain integrationId={integrationId} type={type} readAt={first?.readAt ?? null} />}
    </Stack>
  );
}

function emptyText(isLock: boolean, query: string) {
  if (query === '') return isLock ? 'picker.noneLock' : 'picker.noneGroup';
  return isLock ? 'picker.emptyLock' : 'picker.emptyGroup';
}

function Waiting({ isSlow }: { readonly isSlow: boolean }) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} role="status" aria-label={t('list.loading')}>
      <Skeleton height={18} width={120} />
      <Skeleton height={36} />
      {isSlow && <Text size="sm">{t('common.kisiSlow')}</Text>}
    </Stack>
  );
}

interface DoorsProblemProps {
  readonly code: string;
  readonly integrationId: string;
  readonly hasDoors: boolean;
}

/** Why the doors could not be read from Kisi, and the way on. */
function DoorsProblem({ code, integrationId, hasDoors }: DoorsProblemProps) {
  const { t } = useTranslation();
  if (isKeyProblem(code)) {
    return (
      <Alert color="red" role="alert">
        <Text size="sm">
          {t('picker.keyInvalid')}{' '}
          <Anchor
            component={Link}
            size="sm"
            underline="always"
            href={`/settings/integrations/${encodeURIComponent(integrationId)}`}
          >
            {t('picker.keyInvalidFix')}
          </Anchor>
        </Text>
      </Alert>
    );
  }
  return (
    <Alert color="yellow" role="status">
      <Text size="sm">{hasDoors ? t('picker.stale') : t('picker.unreachable')}</Text>
    </Alert>
  );
}

interface ReadAgainProps {
  readonly integrationId: string;
  readonly type: TargetType;
  readonly readAt: string | null;
}

/** Says how fresh the doors are, and reads them from Kisi again. */
function ReadAgain({ integrationId, type, readAt }: ReadAgainProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      unwrap(
        api.GET('/v1/integrations/{id}/doors', {
          params: { path: { id: integrationId }, query: { type, limit: 1, refresh: 'true' } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [...KEYS.doors, integrationId] }),
  });
  const isSlow = useSlow(again.isPending);
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {readAt !== null && (
          <>
            {t('picker.readAt')} <Time at={readAt} />
          </>
        )}
      </Text>
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={again.isPending}
        onClick={() => again.mutate()}
      >
        {t('picker.refresh')}
      </Button>
      {isSlow && (
        <Text size="xs" role="status">
          {t('common.kisiSlow')}
        </Text>
      )}
    </Group>
  );
}
