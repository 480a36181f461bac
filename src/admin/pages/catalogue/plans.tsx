import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocationName, useLocations, type Plan } from '../../api/catalogue';
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
import { PlanForm } from './plan-form';
import { planCalls, type PlanKind } from './plan-calls';

type Doing = { readonly what: 'add' } | { readonly what: 'edit' | 'delete'; readonly plan: Plan } | null;

const readMapped = (value: string) => (value === 'true' || value === 'false' ? ({ mapped: value } as const) : {});

/** What subscriptions subscribe to and passes are instances of. */
export default function PlansPage() {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing>(null);
  const filters = useUrlFilters(['kind', 'query', 'locationId', 'mapped']);
  const { values } = filters;
  const kind: PlanKind = values.kind === 'pass_type' ? 'pass_type' : 'plan';
  const locations = useLocations();
  const locationName = useLocationName();
  const calls = planCalls[kind];
  const list = usePagedList({
    queryKey: [kind, values],
    read: (page) =>
      calls.list({
        ...page,
        ...given('query', values.query),
        ...given('locationId', values.locationId),
        ...readMapped(values.mapped),
      }),
  });
  const close = () => setDoing(null);
  const subjectOf = ({ source, id }: Plan) => ({ type: kind, source, id });
  const add = (
    <ScopedButton needs="admin" onClick={() => setDoing({ what: 'add' })}>
      {t(kind === 'plan' ? 'plans.addPlan' : 'plans.addPassType')}
    </ScopedButton>
  );
  const clear = () => {
    filters.set('query', null);
    filters.set('locationId', null);
    filters.set('mapped', null);
  };
  return (
    <Page title={t('plans.title')} text={t('plans.text')} actions={add}>
      <SegmentedControl
        className="kinds"
        aria-label={t('plans.title')}
        value={kind}
        onChange={(value) => filters.set('kind', value === 'plan' ? null : value)}
        data={[
          { value: 'plan', label: t('plans.plans') },
          { value: 'pass_type', label: t('plans.passTypes') },
        ]}
      />
      <DataList
        label={t(kind === 'plan' ? 'plans.plans' : 'plans.passTypes')}
        list={list}
        keyOf={(one) => `${one.source} ${one.id}`}
        isFiltered={values.query !== '' || values.locationId !== '' || values.mapped !== ''}
        onClearFilters={clear}
        empty={{
          title: t(kind === 'plan' ? 'plans.emptyPlans' : 'plans.emptyPassTypes'),
          text: t('plans.emptyText'),
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
              label={t('catalogue.location')}
              any={t('catalogue.anyLocation')}
              options={(locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={values.locationId}
              onChange={(value) => filters.set('locationId', value)}
            />
          </>
        }
        columns={[
          {
            id: 'name',
            title: t('catalogue.name'),
            isPrimary: true,
            cell: (one) => <NameAndId name={one.name} id={one.id} />,
          },
          {
            id: 'location',
            title: t('catalogue.location'),
            cell: (one) => locationName(one.locationId) ?? t('catalogue.allLocations'),
          },
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
                onEdit={() => setDoing({ what: 'edit', plan: one })}
                onDelete={() => setDoing({ what: 'delete', plan: one })}
              />
            ),
          },
        ]}
      />
      {doing?.what === 'add' && <PlanForm kind={kind} plan={null} onClose={close} />}
      {doing?.what === 'edit' && <PlanForm kind={kind} plan={doing.plan} onClose={close} />}
      {doing?.what === 'delete' && (
        <DeleteDialog
          name={doing.plan.name}
          queryKey={[kind]}
          remove={() => calls.remove(doing.plan.source, doing.plan.id)}
          onClose={close}
        />
      )}
    </Page>
  );
}
