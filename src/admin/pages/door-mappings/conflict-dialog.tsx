import { Button, Group, Modal, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client';
import { ApiError } from '../../api/errors';
import { ErrorView } from '../../components/error-view';
import type { DoorMapping, DoorMappingBody } from '../doors-shared/api-types';
import { KEYS, readMapping } from '../doors-shared/queries';
import { compareMappings, type Difference } from './mapping-form';

interface Props {
  readonly id: string;
  readonly mine: DoorMappingBody;
  readonly onLoad: (theirs: Tagged<DoorMapping>) => void;
  /** @param etag the version to put mine on top of; null when theirs is gone */
  readonly onKeepMine: (etag: string | null) => void;
  readonly onClose: () => void;
}

/** Somebody saved the same mapping first: shows both, and lets the operator decide. */
export function ConflictDialog({ id, mine, onLoad, onKeepMine, onClose }: Props) {
  const { t } = useTranslation();
  const [isComparing, { toggle }] = useDisclosure();
  const theirs = useQuery({
    queryKey: [...KEYS.mappings, 'theirs', id],
    queryFn: () => readMapping(id),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const isGone = theirs.error instanceof ApiError && theirs.error.status === 404;
  const { data } = theirs;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('conflict.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Stack>
        <Text size="sm">{t(isGone ? 'conflict.gone' : 'conflict.text')}</Text>
        {theirs.isPending && <Skeleton height={80} />}
        {theirs.isError && !isGone && <ErrorView error={theirs.error} onRetry={() => void theirs.refetch()} />}
        {data !== undefined && isComparing && <Differences differences={compareMappings(mine, data.data)} />}
        <Group justify="flex-end">
          {isGone && <Button onClick={() => onKeepMine(null)}>{t('conflict.makeAnew')}</Button>}
          {data !== undefined && (
            <>
              <Button variant="default" onClick={toggle} aria-expanded={isComparing}>
                {t('conflict.compare')}
              </Button>
              {isComparing && (
                <Button variant="default" onClick={() => onKeepMine(data.etag)}>
                  {t('conflict.keepMine')}
                </Button>
              )}
              <Button onClick={() => onLoad(data)} data-autofocus>
                {t('conflict.load')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  const { t } = useTranslation();
  if (differences.length === 0) return <Text size="sm">{t('conflict.same')}</Text>;
  const show = (value: Difference['mine']): string => {
    if (value === null) return t('conflict.asOrganization');
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
    return String(value);
  };
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('conflict.field')}</Table.Th>
          <Table.Th>{t('conflict.mine')}</Table.Th>
          <Table.Th>{t('conflict.theirs')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(({ field, mine, theirs }) => (
          <Table.Tr key={field}>
            <Table.Td>{t(`conflict.fields.${field}`)}</Table.Td>
            <Table.Td>{show(mine)}</Table.Td>
            <Table.Td>{show(theirs)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
