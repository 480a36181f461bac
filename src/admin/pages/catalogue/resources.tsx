import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocationName, useLocations, useSources, type Resource } from '../../api/catalogue';
import { api, unwrap, unwrapEmpty } from '../../api/client';
import { DataList } from '../../components/data-list';
import { DeleteDialog } from '../../components/delete-dialog';
import { DoorCount, newMappingOf } from '../../components/door-count';
import { FilterSelect } from '../../components/filter-select';
import { NameAndId } from '../../components/name-and-id';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { RowActions } from '../../components/row-actions';
import { ScopedButton } from '../../components/scoped-button';
import { SearchBox } from '../../components/search-box';
import { given, useUrlFilters } from '../../components/url-filters';
import { ResourceForm } from './resource-form';
import { isKind, RESOURCE_KINDS } from './resource-kinds';

type Doing = { readonly what: 'add' } | { readonly what: 'edit' | 'delete'; readonly resource: Resource } | null;

const readMapped = (value: string) => (value === 'true' || value === 'false' ? ({ mapped: value } as const) : {});

/** What can be booked. */
export default function ResourcesPage() {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing>(null);
  const filters = useUrlFilters(['query', 'kind', 'locationId', 'source', 'mapped']);
  const { values } = filters;
  const locations = useLocations();
  const sources = useSources();
  const locationName = useLocationName();
  const list = usePagedList({
    queryKey: ['resources', values],
    read: (page) =>
      unwrap(
        api.GET('/v1/resources', {
          params: {
            query: {
              ...page,
              ...given('query', values.query),
              ...given('locationId', values.locationId),
              ...given('source', values.source),
              ...readMapped(values.mapped),
              ...(isKind(values.kind) ? { kind: values.kind } : {}),
            },
          },
        }),
      ),
  });
  const close = () => setDoing(null);
  const subjectOf = ({ source, id }: Resource) => ({ type: 'resource', source, id }) as const;
  const hasNoLocation = locations.data?.length === 0;
  const add = (
    <ScopedButton
      needs="admin"
      {...(hasNoLocation ? { to: '/settings/locations' } : { onClick: () => setDoing({ what: 'add' }) })}
    >
      {t(hasNoLocation ? 'locations.add' : 'resources.add')}
    </ScopedButton>
  );
  return (
    <Page title={t('resources.title')} text={t('resources.text')} actions={add}>
      <DataList
        label={t('resources.title')}
        list={list}
        keyOf={(one) => `${one.source} ${one.id}`}
        isFiltered={filters.isAnySet}
        onClearFilters={filters.clear}
        empty={{
          title: t('resources.empty'),
          text: t(hasNoLocation ? 'resources.noLocation' : 'resources.emptyText'),
          action: add,
        }}
        toolbar={
          <>
            <SearchBox
              value={values.query}
              onChange={(value) => filters.set('query', value)}
              placeholder={t('catalogue.search')}
            />
            <FilterSelect
              label={t('catalogue.mapped')}
              any={t('catalogue.mappedAny')}
              options={[
                { value: 'false', label: t('catalogue.mappedNo') },
                { value: 'true', label: t('catalogue.mappedYes') },
              ]}
              value={values.mapped}
              onChange={(value) => filters.set('mapped', value)}
            />
            <FilterSelect
              label={t('resources.kind')}
              any={t('resources.anyKind')}
              options={RESOURCE_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
              value={values.kind}
              onChange={(value) => filters.set('kind', value)}
            />
            <FilterSelect
              label={t('catalogue.location')}
              any={t('catalogue.anyLocation')}
              options={(locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={values.locationId}
              onChange={(value) => filters.set('locationId', value)}
            />
            {(sources.data ?? []).length > 1 && (
              <FilterSelect
                label={t('catalogue.source')}
                any={t('catalogue.anySource')}
                options={(sources.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                value={values.source}
                onChange={(value) => filters.set('source', value)}
              />
            )}
          </>
        }
        columns={[
          {
            id: 'name',
            title: t('catalogue.name'),
            isPrimary: true,
            cell: (one) => <NameAndId name={one.name} id={one.id} />,
          },
          { id: 'kind', title: t('resources.kind'), cell: (one) => t(`kind.${one.kind}`) },
          { id: 'location', title: t('catalogue.location'), cell: (one) => locationName(one.locationId) },
          {
            id: 'doors',
            title: t('catalogue.doors'),
            cell: (one) => <DoorCount count={one.mappings} subject={subjectOf(one)} />,
          },
          {
            id: 'actions',
            title: t('action.actions'),
            isActions: true,
            cell: (one) => (
              <RowActions
                name={one.name}
                mapTo={newMappingOf(subjectOf(one))}
                onEdit={() => setDoing({ what: 'edit', resource: one })}
                onDelete={() => setDoing({ what: 'delete', resource: one })}
              />
            ),
          },
        ]}
      />
      {doing?.what === 'add' && <ResourceForm resource={null} onClose={close} />}
      {doing?.what === 'edit' && <ResourceForm resource={doing.resource} onClose={close} />}
      {doing?.what === 'delete' && (
        <DeleteDialog
          name={doing.resource.name}
          queryKey={['resources']}
          remove={() =>
            unwrapEmpty(
              api.DELETE('/v1/resources/{id}', {
                params: { path: { id: doing.resource.id }, query: { source: doing.resource.source } },
              }),
            )
          }
          onClose={close}
        />
      )}
    </Page>
  );
}
