import { Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Location } from '../../api/catalogue';
import { api, ifMatch, refuseTaken, unwrap, unwrapTagged } from '../../api/client';
import { EditLoader } from '../../components/edit-loader';
import { useFields } from '../../components/form';
import { FormModal } from '../../components/form-modal';
import { useNotify } from '../../components/notify';

interface Props {
  /** Null for a new one. */
  readonly location: Location | null;
  readonly onClose: () => void;
}

/** Makes or changes a site. Two people at once do not overwrite each other. */
export function LocationForm({ location, onClose }: Props) {
  const { t } = useTranslation();
  if (location === null) return <Form before={null} etag={null} onClose={onClose} />;
  return (
    <EditLoader
      title={t('catalogue.editNamed', { name: location.name })}
      queryKey={['locations', location.id]}
      read={() => unwrapTagged(api.GET('/v1/locations/{id}', { params: { path: { id: location.id } } }))}
      onClose={onClose}
    >
      {({ data, etag }, loadAgain) => <Form before={data} etag={etag} onClose={onClose} onLoadAgain={loadAgain} />}
    </EditLoader>
  );
}

interface FormProps {
  readonly before: Location | null;
  readonly etag: string | null;
  readonly onClose: () => void;
  readonly onLoadAgain?: () => void;
}

function Form({ before, etag, onClose, onLoadAgain }: FormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const initialZone: string | null = before?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const fields = useFields({ id: before?.id ?? '', name: before?.name ?? '', timeZone: toZone(initialZone) });
  const { values } = fields;
  const zones = useMemo(
    () => [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...(before === null ? [] : [before.timeZone])])],
    [before],
  );
  const save = useMutation({
    mutationFn: async () => {
      const params = { path: { id: values.id.trim() } };
      if (before === null) await refuseTaken(api.GET('/v1/locations/{id}', { params }), t('catalogue.idTaken'));
      const body = { name: values.name, timeZone: values.timeZone ?? '' };
      return unwrap(api.PUT('/v1/locations/{id}', { params, headers: ifMatch(etag), body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['locations'] });
      notify.done(t('action.saved'));
      onClose();
    },
    onError: fields.fail,
  });
  return (
    <FormModal
      title={before === null ? t('locations.add') : t('catalogue.editNamed', { name: before.name })}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      isBusy={save.isPending}
      error={fields.otherError}
      onLoadAgain={onLoadAgain}
    >
      <TextInput label={t('catalogue.name')} required maxLength={200} data-autofocus {...fields.text('name')} />
      <TextInput
        label={t('locations.id')}
        description={t('locations.idText')}
        required
        readOnly={before !== null}
        variant={before === null ? 'default' : 'filled'}
        maxLength={64}
        {...fields.text('id')}
      />
      <Select label={t('locations.zone')} required searchable limit={100} data={zones} {...fields.pick('timeZone')} />
    </FormModal>
  );
}

const toZone = (zone: string | null): string | null => zone;
