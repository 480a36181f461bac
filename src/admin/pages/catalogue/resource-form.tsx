import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocations, type Resource } from '../../api/catalogue';
import { api, ifMatch, refuseTaken, unwrap, unwrapTagged } from '../../api/client';
import { EditLoader } from '../../components/edit-loader';
import { useFields } from '../../components/form';
import { FormModal } from '../../components/form-modal';
import { useNotify } from '../../components/notify';
import { IdentityFields } from './identity-fields';
import { isKind, RESOURCE_KINDS } from './resource-kinds';

interface Props {
  /** Null for a new one. */
  readonly resource: Resource | null;
  readonly onClose: () => void;
}

/** Makes or changes what can be booked. Two people at once do not overwrite each other. */
export function ResourceForm({ resource, onClose }: Props) {
  const { t } = useTranslation();
  if (resource === null) return <Form before={null} etag={null} onClose={onClose} />;
  const { id, source } = resource;
  return (
    <EditLoader
      title={t('catalogue.editNamed', { name: resource.name })}
      queryKey={['resources', source, id]}
      read={() => unwrapTagged(api.GET('/v1/resources/{id}', { params: { path: { id }, query: { source } } }))}
      onClose={onClose}
    >
      {({ data, etag }, loadAgain) => <Form before={data} etag={etag} onClose={onClose} onLoadAgain={loadAgain} />}
    </EditLoader>
  );
}

interface FormProps {
  readonly before: Resource | null;
  readonly etag: string | null;
  readonly onClose: () => void;
  readonly onLoadAgain?: () => void;
}

function Form({ before, etag, onClose, onLoadAgain }: FormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const locations = useLocations();
  const known = (locations.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const fields = useFields({
    id: before?.id ?? '',
    source: before?.source ?? '',
    name: before?.name ?? '',
    kind: String(before?.kind ?? 'room'),
    locationId: before?.locationId ?? '',
  });
  const { values } = fields;
  const save = useMutation({
    mutationFn: async () => {
      const params = { path: { id: values.id.trim() }, query: values.source === '' ? {} : { source: values.source } };
      if (before === null) await refuseTaken(api.GET('/v1/resources/{id}', { params }), t('catalogue.idTaken'));
      const body = {
        name: values.name,
        kind: isKind(values.kind) ? values.kind : 'room',
        locationId: values.locationId === '' ? (known[0]?.value ?? '') : values.locationId,
      };
      return unwrap(api.PUT('/v1/resources/{id}', { params, headers: ifMatch(etag), body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['resources'] });
      notify.done(t('action.saved'));
      onClose();
    },
    onError: fields.fail,
  });
  return (
    <FormModal
      title={before === null ? t('resources.add') : t('catalogue.editNamed', { name: before.name })}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      isBusy={save.isPending}
      error={fields.otherError}
      onLoadAgain={onLoadAgain}
    >
      <TextInput label={t('catalogue.name')} required maxLength={200} data-autofocus {...fields.text('name')} />
      <IdentityFields isNew={before === null} fields={fields} />
      <NativeSelect
        label={t('resources.kind')}
        data={RESOURCE_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        {...fields.text('kind')}
      />
      <NativeSelect label={t('catalogue.location')} data={known} {...fields.text('locationId')} />
    </FormModal>
  );
}
