import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocations, type Plan } from '../../api/catalogue';
import { EditLoader } from '../../components/edit-loader';
import { useFields } from '../../components/form';
import { FormModal } from '../../components/form-modal';
import { useNotify } from '../../components/notify';
import { IdentityFields } from './identity-fields';
import { planCalls, type PlanKind } from './plan-calls';

interface Props {
  readonly kind: PlanKind;
  /** Null for a new one. */
  readonly plan: Plan | null;
  readonly onClose: () => void;
}

/** Makes or changes a plan or a pass type. Two people at once do not overwrite each other. */
export function PlanForm({ kind, plan, onClose }: Props) {
  const { t } = useTranslation();
  if (plan === null) return <Form kind={kind} before={null} etag={null} onClose={onClose} />;
  return (
    <EditLoader
      title={t('catalogue.editNamed', { name: plan.name })}
      queryKey={[kind, plan.source, plan.id]}
      read={() => planCalls[kind].get(plan.source, plan.id)}
      onClose={onClose}
    >
      {({ data, etag }, loadAgain) => (
        <Form kind={kind} before={data} etag={etag} onClose={onClose} onLoadAgain={loadAgain} />
      )}
    </EditLoader>
  );
}

interface FormProps {
  readonly kind: PlanKind;
  readonly before: Plan | null;
  readonly etag: string | null;
  readonly onClose: () => void;
  readonly onLoadAgain?: () => void;
}

function Form({ kind, before, etag, onClose, onLoadAgain }: FormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const locations = useLocations();
  const fields = useFields({
    id: before?.id ?? '',
    source: before?.source ?? '',
    name: before?.name ?? '',
    locationId: before?.locationId ?? '',
  });
  const { values } = fields;
  const save = useMutation({
    mutationFn: async () => {
      const [id, calls] = [values.id.trim(), planCalls[kind]];
      if (before === null) await calls.refuseTaken(values.source, id, t('catalogue.idTaken'));
      const body = { name: values.name, locationId: values.locationId === '' ? null : values.locationId };
      return calls.put(values.source, id, body, etag);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [kind] });
      notify.done(t('action.saved'));
      onClose();
    },
    onError: fields.fail,
  });
  const addText = t(kind === 'plan' ? 'plans.addPlan' : 'plans.addPassType');
  return (
    <FormModal
      title={before === null ? addText : t('catalogue.editNamed', { name: before.name })}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      isBusy={save.isPending}
      error={fields.otherError}
      onLoadAgain={onLoadAgain}
    >
      <TextInput label={t('catalogue.name')} required maxLength={200} data-autofocus {...fields.text('name')} />
      <IdentityFields isNew={before === null} fields={fields} />
      <NativeSelect
        label={t('catalogue.location')}
        data={[
          { value: '', label: t('catalogue.allLocations') },
          ...(locations.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...fields.text('locationId')}
      />
    </FormModal>
  );
}
