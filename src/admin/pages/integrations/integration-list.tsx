import { Anchor, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useLocationName } from '../../api/catalogue';
import { DataList, type Column } from '../../components/data-list';
import { Page } from '../../components/page';
import { ScopedButton } from '../../components/scoped-button';
import type { Integration } from '../doors-shared/api-types';
import { useDoorsOffline, useIntegrations } from '../doors-shared/queries';
import { ClockText, IntegrationState } from './integration-state';

const INTEGRATIONS = '/settings/integrations';

/** The connected Kisi organizations and how each of them is. */
export function IntegrationList() {
  const { t } = useTranslation();
  const integrations = useIntegrations();
  const columns = useColumns();
  const add = (
    <ScopedButton needs="admin" to={`${INTEGRATIONS}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
      {t('integration.add')}
    </ScopedButton>
  );
  const items = integrations.data?.items;
  return (
    <Page
      title={t('integration.title')}
      text={t('integration.intro')}
      actions={items !== undefined && items.length > 0 ? add : undefined}
    >
      <DataList
        label={t('integration.title')}
        list={{
          items,
          error: integrations.error,
          hasMore: false,
          isLoadingMore: false,
          isStale: false,
          loadMore: () => undefined,
          retry: () => void integrations.refetch(),
        }}
        columns={columns}
        keyOf={(one) => one.id}
        empty={{ title: t('integration.empty.title'), text: t('integration.empty.text'), action: add }}
      />
    </Page>
  );
}

function useColumns(): readonly Column<Integration>[] {
  const { t } = useTranslation();
  const offline = useDoorsOffline();
  const locationName = useLocationName();
  return [
    {
      id: 'name',
      title: t('integration.column.name'),
      isPrimary: true,
      cell: (one) => (
        <Anchor component={Link} href={`${INTEGRATIONS}/${one.id}`} fw={600}>
          {one.name}
        </Anchor>
      ),
    },
    { id: 'state', title: t('integration.column.state'), cell: (one) => <IntegrationState one={one} /> },
    {
      id: 'mode',
      title: t('integration.column.mode'),
      cell: (one) => <Text size="sm">{t(`integration.mode.${one.mode}`)}</Text>,
    },
    {
      id: 'offline',
      title: t('integration.column.doorsOffline'),
      cell: (one) => {
        const count = one.status === 'disconnected' ? undefined : offline.get(one.id);
        return count === undefined ? null : <DoorsOffline count={count} />;
      },
    },
    {
      id: 'clock',
      title: t('integration.column.clock'),
      cell: (one) => (one.status === 'disconnected' ? null : <ClockText offsetMs={one.clockOffsetMs} />),
    },
    {
      id: 'key',
      title: t('integration.column.key'),
      cell: (one) =>
        one.apiKeyLastFour === null ? null : (
          <Text size="sm" ff="monospace">
            …{one.apiKeyLastFour}
          </Text>
        ),
    },
    {
      id: 'locations',
      title: t('integration.column.locations'),
      cell: (one) => <Text size="sm">{one.locationIds.map((id) => locationName(id) ?? id).join(', ')}</Text>,
    },
  ];
}

function DoorsOffline({ count }: { readonly count: number }) {
  return (
    <Text size="sm" {...(count > 0 ? { c: 'var(--mantine-color-error)', fw: 600 } : {})}>
      {count}
    </Text>
  );
}
