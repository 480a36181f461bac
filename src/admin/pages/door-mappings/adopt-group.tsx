import { Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { useNotify } from '../../components/notify';
import { ScopedButton } from '../../components/scoped-button';
import { KEYS, useDoor, useDoors } from '../doors-shared/queries';
import { SearchSelect } from '../doors-shared/search-select';
import { DoorLine } from './door-line';

interface Props {
  readonly integrationId: string;
  readonly lockId: number;
}

/** Hands an existing group of exactly one door over to Latchkey, instead of having one made. */
export function AdoptGroup({ integrationId, lockId }: Props) {
  const { t } = useTranslation();
  const [isOpen, { toggle }] = useDisclosure();
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search, 250);
  const [groupId, setGroupId] = useState<number | null>(null);
  const lock = useDoor(integrationId, 'lock', lockId);
  const groups = useDoors(integrationId, 'group', query, isOpen);
  const items = groups.data?.pages.flatMap((page) => page.items) ?? [];
  const adopt = useAdopt(integrationId, lockId);
  const known = lock.data?.lockGroup ?? null;
  return (
    <div>
      {known?.groupId !== null && known?.groupId !== undefined && (
        <Text size="xs" c="dimmed">
          {t(known.origin === 'adopted' ? 'picker.adoptedAlready' : 'picker.madeAlready', { id: known.groupId })}
        </Text>
      )}
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isOpen} aria-controls="adopt-group">
        {t('picker.adopt')}
      </Button>
      <Collapse expanded={isOpen} id="adopt-group">
        <Stack gap="xs" mt="xs">
          <Text size="sm">{t('picker.adoptHelp')}</Text>
          <SearchSelect
            label={t('picker.adoptGroup')}
            placeholder={t('picker.searchGroup')}
            chosenText={items.find((one) => one.id === groupId)?.name ?? (groupId === null ? '' : String(groupId))}
            chosenValue={groupId === null ? null : String(groupId)}
            isLoading={groups.isFetching}
            hasMore={groups.hasNextPage}
            emptyText={t(query === '' ? 'picker.noneGroup' : 'picker.emptyGroup')}
            onSearch={setSearch}
            onMore={() => void groups.fetchNextPage()}
            onChoose={(value) => setGroupId(Number(value))}
            options={items.map((group) => ({ value: String(group.id), content: <DoorLine door={group} /> }))}
          />
          {adopt.isError && <ErrorView error={adopt.error} />}
          <Group>
            <ScopedButton
              needs="admin"
              size="xs"
              variant="default"
              disabled={groupId === null}
              loading={adopt.isPending}
              onClick={() => groupId !== null && adopt.mutate(groupId)}
            >
              {t('picker.adoptButton')}
            </ScopedButton>
          </Group>
        </Stack>
      </Collapse>
    </div>
  );
}

function useAdopt(integrationId: string, lockId: number) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { done } = useNotify();
  return useMutation({
    mutationFn: (groupId: number) =>
      unwrap(
        api.PUT('/v1/integrations/{id}/lock-groups/{lockId}', {
          params: { path: { id: integrationId, lockId: String(lockId) } },
          body: { groupId },
        }),
      ),
    onSuccess: () => done(t('picker.adopted')),
    onSettled: () => client.invalidateQueries({ queryKey: [...KEYS.doors, integrationId] }),
  });
}
