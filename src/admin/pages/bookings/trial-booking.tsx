import { NativeSelect, NumberInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, unwrap } from '../../api/client';
import { useFields } from '../../components/form';
import { FormModal } from '../../components/form-modal';
import { useNotify } from '../../components/notify';
import { bookingAddress } from './state';

const HOUR_MS = 3_600_000;
const SHOWN = 200;

/** Sends a booking as a booking platform would, so that a newcomer sees a door open without one. */
export function TrialBooking({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const [, navigate] = useLocation();
  const resources = useQuery({
    queryKey: ['resources', 'trial'],
    queryFn: () => unwrap(api.GET('/v1/resources', { params: { query: { limit: SHOWN } } })),
  });
  const items = resources.data?.items ?? [];
  const hours: string | number = 1;
  const fields = useFields(
    { resource: '', name: '', email: '', hours: toInput(hours) },
    { resource: 'resourceId', name: 'member.name', email: 'member.email', hours: 'endsAt' },
  );
  const { values } = fields;
  const sending = useMutation({
    mutationFn: () => {
      const chosen = items[Number(values.resource)] ?? items[0];
      const startsAt = Date.now();
      const endsAt = startsAt + Number(values.hours) * HOUR_MS;
      return unwrap(
        api.PUT('/v1/bookings/{id}', {
          params: {
            path: { id: `trial-${startsAt.toString(36)}` },
            query: chosen === undefined ? {} : { source: chosen.source },
          },
          body: {
            status: 'confirmed',
            payment: 'paid',
            resourceId: chosen?.id ?? '',
            guests: [],
            member: { id: `trial-${values.email.trim().toLowerCase()}`, email: values.email, name: values.name },
            startsAt: new Date(startsAt).toISOString(),
            endsAt: new Date(endsAt).toISOString(),
          },
        }),
      );
    },
    onSuccess: async (receipt) => {
      await client.invalidateQueries({ queryKey: ['bookings'] });
      notify.done(t('bookings.trySent'));
      onClose();
      navigate(bookingAddress(receipt));
    },
    onError: fields.fail,
  });
  const hasNothing = resources.data !== undefined && items.length === 0;
  return (
    <FormModal
      title={t('bookings.try')}
      submitText={t('bookings.trySend')}
      onClose={onClose}
      onSubmit={() => sending.mutate()}
      isBusy={sending.isPending}
      error={fields.otherError}
    >
      <Text size="sm">{t(hasNothing ? 'bookings.tryNoResource' : 'bookings.tryText')}</Text>
      <NativeSelect
        label={t('bookings.resource')}
        data={items.map(({ name }, index) => ({ value: String(index), label: name }))}
        {...fields.text('resource')}
      />
      <TextInput label={t('bookings.tryName')} required maxLength={200} data-autofocus {...fields.text('name')} />
      <TextInput
        label={t('bookings.tryEmail')}
        type="email"
        required
        maxLength={254}
        placeholder="ada@example.com"
        {...fields.text('email')}
      />
      <NumberInput label={t('bookings.tryHours')} required min={0.05} max={720} {...fields.pick('hours')} />
    </FormModal>
  );
}

const toInput = (value: string | number): string | number => value;
