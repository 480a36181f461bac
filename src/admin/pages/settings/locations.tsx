import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Location } from '../../api/catalogue';
import { api, unwrap, unwrapEmpty } from '../../api/client';
import { DataList } from '../../components/data-list';
import { DeleteDialog } from '../../components/delete-dialog';
import { NameAndId } from '../../components/name-and-id';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { RowActions } from '../../components/row-actions';
import { ScopedButton } from '../../components/scoped-button';
import { Time } from '../../components/time';
import { LocationForm } from './location-form';

type Doing = { readonly what: 'add' } | { readonly what: 'edit' | 'delete'; readonly location: Location } | null;

/** The organization's sites. */
export default function LocationsPage() {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing>(null);
  const [now] = useState(() => new Date().toISOString());
  const list = usePagedList({
    queryKey: ['locations', 'list'],
    read: (query) => unwrap(api.GET('/v1/locations', { params: { query } })),
  });
  const close = () => setDoing(null);
  const add = (
    <ScopedButton needs="admin" onClick={() => setDoing({ what: 'add' })}>
      {t('locations.add')}
    </ScopedButton>
  );
  return (
    <Page title={t('locations.title')} text={t('locations.text')} actions={add}>
      <DataList
        label={t('locations.title')}
        list={list}
        keyOf={(one) => one.id}
        empty={{ title: t('locations.empty'), text: t('locations.emptyText'), action: add }}
        columns={[
          {
            id: 'name',
            title: t('catalogue.name'),
            isPrimary: true,
            cell: (one) => <NameAndId name={one.name} id={one.id} />,
          },
          { id: 'zone', title: t('locations.zone'), cell: (one) => one.timeZone },
          { id: 'now', title: t('locations.now'), cell: (one) => <Time at={now} zone={one.timeZone} /> },
          {
            id: 'actions',
            title: t('action.actions'),
            isActions: true,
            cell: (one) => (
              <RowActions
                name={one.name}
                onEdit={() => setDoing({ what: 'edit', location: one })}
                onDelete={() => setDoing({ what: 'delete', location: one })}
              />
            ),
          },
        ]}
      />
      {doing?.what === 'add' && <LocationForm location={null} onClose={close} />}
      {doing?.what === 'edit' && <LocationForm location={doing.location} onClose={close} />}
      {doing?.what === 'delete' && (
        <DeleteDialog
          name={doing.location.name}
          queryKey={['locations']}
          remove={() => unwrapEmpty(api.DELETE('/v1/locations/{id}', { params: { path: { id: doing.location.id } } }))}
          onClose={close}
        />
      )}
    </Page>
  );
}
