import { Alert, Anchor, Button, NativeSelect, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconPlus, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client';
import { useLocations } from '../../api/catalogue';
import { DataList } from '../../components/data-list';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { ScopedButton } from '../../components/scoped-button';
import { SearchBox } from '../../components/search-box';
import { given, useUrlFilters, type UrlFilters } from '../../components/url-filters';
import type { paths } from '../../api/schema';
import { KEYS, useIntegrations, useOverview } from '../doors-shared/queries';
import { ImportDialog } from './import-dialog';
import { useMappingColumns } from './mapping-columns';
import { MAPPING_STATES } from './mapping-view';

const BASE = '/resources/access-control-door-mappings';
const FILTERS = [
  'query',
  'subjectType',
  'subjectId',
  'source',
  'integrationId',
  'locationId',
  'state',
  'targetType',
] as const;
type Filter = (typeof FILTERS)[number];
type MappingQuery = NonNullable<paths['/v1/door-mappings']['get']['parameters']['query']>;
const REFRESH_MS = 15_000;

/** Which door belongs to which resource, plan or pass type. */
export function MappingList() {
  const { t } = useTranslation();
  const filters = useUrlFilters(FILTERS);
  const list = usePagedList({
    queryKey: [...KEYS.mappings, 'list', filters.values],
    read: (paging) =>
      unwrap(api.GET('/v1/door-mappings', { params: { query: { ...paging, ...toQuery(filters.values) } } })),
    refetchMs: REFRESH_MS,
  });
  const columns = useMappingColumns();
  const integrations = useIntegrations();
  const hasNoIntegration = integrations.data?.items.length === 0;
  const [isImporting, { open, close }] = useDisclosure();
  const add = (
    <ScopedButton needs="admin" to={`${BASE}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
      {t('mapping.add')}
    </ScopedButton>
  );
  const connect = (
    <ScopedButton needs="admin" to="/settings/integrations/new">
      {t('integration.add')}
    </ScopedButton>
  );
  return (
    <Page
      title={t('mapping.title')}
      text={t('mapping.intro')}
      actions={
        <>
          <Button
            component="a"
            href="/v1/door-mappings/export"
            download="door-mappings.csv"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('mapping.export')}
          </Button>
          <ScopedButton
            needs="admin"
            variant="default"
            leftSection={<IconUpload size={16} aria-hidden />}
            onClick={open}
          >
            {t('mapping.import')} …
          </ScopedButton>
          {add}
        </>
      }
    >
      <UnmappedHint />
      <DataList
        label={t('mapping.title')}
        list={list}
        columns={columns}
        keyOf={(one) => one.id}
        toolbar={<Toolbar filters={filters} />}
        isFiltered={filters.isAnySet}
        onClearFilters={filters.clear}
        empty={{
          title: t('mapping.empty.title'),
          text: t(hasNoIntegration ? 'mapping.empty.noIntegration' : 'mapping.empty.text'),
          action: hasNoIntegration ? connect : add,
        }}
      />
      {isImporting && <ImportDialog onClose={close} />}
    </Page>
  );
}

function toQuery(values: Readonly<Record<Filter, string>>): MappingQuery {
  const { query, subjectId, source, integrationId, locationId } = values;
  const subjectType = (['resource', 'plan', 'pass_type'] as const).find((type) => type === values.subjectType);
  const targetType = (['lock', 'group'] as const).find((type) => type === values.targetType);
  const state = MAPPING_STATES.find((one) => one === values.state);
  return {
    ...given('query', query),
    ...given('subjectId', subjectId),
    ...given('source', source),
    ...given('integrationId', integrationId),
    ...given('locationId', locationId),
    ...(subjectType === undefined ? {} : { subjectType }),
    ...(targetType === undefined ? {} : { targetType }),
    ...(state === undefined ? {} : { state }),
  };
}

/** Resources without a door are the commonest way to stand in front of a closed one. */
function UnmappedHint() {
  const { t } = useTranslation();
  const overview = useOverview();
  const unmapped = overview.data?.resources.unmapped ?? 0;
  if (unmapped === 0) return null;
  return (
    <Alert color="yellow" role="note">
      <Text size="sm">
        {t('mapping.unmapped', { count: unmapped })}{' '}
        <Anchor component={Link} href="/resources?mapped=false" size="sm" underline="always">
          {t('mapping.unmappedLink')}
        </Anchor>
      </Text>
    </Alert>
  );
}

function Toolbar({ filters }: { readonly filters: UrlFilters<Filter> }) {
  const { t } = useTranslation();
  const integrations = useIntegrations();
  const locations = useLocations();
  const named = (items: readonly { readonly id: string; readonly name: string }[] | undefined) =>
    (items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <SearchBox
        value={filters.values.query}
        onChange={(query) => filters.set('query', query)}
        placeholder={t('mapping.filter.search')}
      />
      <Choice
        filters={filters}
        name="subjectType"
        label={t('mapping.filter.subjectType')}
        data={(['resource', 'plan', 'pass_type'] as const).map((type) => ({
          value: type,
          label: t(`mapping.subjectType.${type}`),
        }))}
      />
      <Choice
        filters={filters}
        name="targetType"
        label={t('mapping.filter.targetType')}
        data={(['lock', 'group'] as const).map((type) => ({ value: type, label: t(`mapping.targetType.${type}`) }))}
      />
      <Choice
        filters={filters}
        name="integrationId"
        label={t('mapping.filter.integration')}
        data={named(integrations.data?.items)}
      />
      <Choice filters={filters} name="locationId" label={t('mapping.filter.location')} data={named(locations.data)} />
      <Choice
        filters={filters}
        name="state"
        label={t('mapping.filter.state')}
        data={MAPPING_STATES.map((state) => ({ value: state, label: t(`mapping.state.${state}`) }))}
      />
    </>
  );
}

interface ChoiceProps {
  readonly filters: UrlFilters<Filter>;
  readonly name: Filter;
  readonly label: string;
  readonly data: readonly { readonly value: string; readonly label: string }[];
}

/** One filter; its first entry says what it filters and that it does not. */
function Choice({ filters, name, label, data }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      aria-label={label}
      w={158}
      value={filters.values[name]}
      onChange={(event) => filters.set(name, event.currentTarget.value)}
      data={[{ value: '', label: `${label}: ${t('list.all')}` }, ...data]}
    />
  );
}
