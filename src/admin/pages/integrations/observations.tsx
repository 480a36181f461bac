import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { DataList, type Column } from '../../components/data-list';
import { usePagedList } from '../../components/paged-list';
import { StateBadge, type Tone } from '../../components/state-badge';
import { Time, TimeRange } from '../../components/time';
import type { Observation } from '../doors-shared/api-types';
import { KEYS } from '../doors-shared/queries';

const TONES: Readonly<Record<Observation['what'], Tone>> = {
  would_grant: 'good',
  would_keep: 'quiet',
  would_revoke: 'wait',
};

const KINDS = ['booking', 'subscription', 'pass', 'manual'] as const;

/** What an integration that only observes would have written to Kisi so far. */
export function Observations({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const list = usePagedList({
    queryKey: [...KEYS.integrations, id, 'observations'],
    read: (query) => unwrap(api.GET('/v1/integrations/{id}/observations', { params: { path: { id }, query } })),
  });
  return (
    <DataList
      label={t('integration.section.observations')}
      list={list}
      columns={useColumns()}
      keyOf={(one) => `${one.at} ${one.what} ${one.memberId} ${one.groupId} ${one.from}`}
      empty={{ title: t('observe.empty'), text: t('observe.intro') }}
    />
  );
}

function useColumns(): readonly Column<Observation>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'who',
      title: t('observe.column.who'),
      isPrimary: true,
      cell: (one) => <Text size="sm">{one.memberName ?? one.memberId}</Text>,
    },
    {
      id: 'what',
      title: t('observe.column.what'),
      cell: (one) => <StateBadge tone={TONES[one.what]}>{t(`observe.what.${one.what}`)}</StateBadge>,
    },
    {
      id: 'door',
      title: t('observe.column.door'),
      cell: (one) => <Text size="sm">{one.groupName ?? String(one.groupId)}</Text>,
    },
    {
      id: 'window',
      title: t('observe.column.window'),
      cell: (one) => (
        <Text size="sm" component="span">
          <TimeRange from={one.from} until={one.until} />
        </Text>
      ),
    },
    {
      id: 'why',
      title: t('observe.column.why'),
      cell: (one) => <Why kind={one.entitlement.kind} id={one.entitlement.id} />,
    },
    {
      id: 'at',
      title: t('observe.column.at'),
      cell: (one) => (
        <Text size="sm" component="span">
          <Time at={one.at} />
        </Text>
      ),
    },
  ];
}

function Why({ kind, id }: { readonly kind: string; readonly id: string }) {
  const { t } = useTranslation();
  const known = KINDS.find((one) => one === kind);
  return (
    <Text size="sm">
      {known === undefined ? kind : t(`observe.kind.${known}`)} {id}
    </Text>
  );
}
