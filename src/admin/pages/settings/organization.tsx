import { Button, Group, NativeSelect, NumberInput, Paper, Skeleton, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocations, type Organization } from '../../api/catalogue';
import { api, ifMatch, unwrapTagged, type Tagged } from '../../api/client';
import { isChangedMeanwhile } from '../../api/errors';
import { ErrorView } from '../../components/error-view';
import { useFields } from '../../components/form';
import { useNotify } from '../../components/notify';
import { Page } from '../../components/page';
import { ScopedButton } from '../../components/scoped-button';
import { SESSION_KEY } from '../../query';
import { useMay } from '../../shell/session';

const KEY = ['organization'];

/** The organization's name and the policies that decide about access. */
export default function OrganizationPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: KEY,
    queryFn: () => unwrapTagged(api.GET('/v1/organization')),
    // What somebody types must not be replaced under their hands.
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Page title={t('organization.title')} text={t('organization.text')}>
      {query.isPending && <Skeleton height={420} radius="md" role="status" aria-label={t('list.loading')} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <PolicyForm key={query.dataUpdatedAt} before={query.data} onLoadAgain={() => void query.refetch()} />
      )}
    </Page>
  );
}

interface Props {
  readonly before: Tagged<Organization>;
  readonly onLoadAgain: () => void;
}

const MOST_MINUTES = 10_080;
const toNumber = (value: string | number): number => (typeof value === 'number' ? value : Number(value));

function PolicyForm({ before: { data: before, etag }, onLoadAgain }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const notify = useNotify();
  const locations = useLocations();
  const { unpaidBookings: unpaid } = before;
  const amount = (value: number): string | number => value;
  const fields = useFields(
    {
      name: before.name,
      leadMinutes: amount(before.leadMinutes),
      graceMinutes: amount(before.graceMinutes),
      unpaid: typeof unpaid === 'string' ? String(unpaid) : 'until',
      unpaidMinutes: amount(typeof unpaid === 'string' ? 30 : unpaid.untilStartPlusMinutes),
      pastDueGraceDays: amount(before.pastDueGraceDays),
      guestsPerBooking: amount(before.guestsPerBooking),
      newResourcesLocationId: before.newResourcesLocationId ?? '',
    },
    { unpaid: 'unpaidBookings', unpaidMinutes: 'unpaidBookings.untilStartPlusMinutes' },
  );
  const { values } = fields;
  const save = useMutation({
    mutationFn: () =>
      unwrapTagged(
        api.PATCH('/v1/organization', {
          headers: ifMatch(etag),
          body: {
            name: values.name,
            leadMinutes: toNumber(values.leadMinutes),
            graceMinutes: toNumber(values.graceMinutes),
            unpaidBookings:
              values.unpaid === 'always' || values.unpaid === 'never'
                ? values.unpaid
                : { untilStartPlusMinutes: toNumber(values.unpaidMinutes) },
            pastDueGraceDays: toNumber(values.pastDueGraceDays),
            guestsPerBooking: toNumber(values.guestsPerBooking),
            newResourcesLocationId: values.newResourcesLocationId === '' ? null : values.newResourcesLocationId,
          },
        }),
      ),
    onSuccess: async (saved) => {
      client.setQueryData(KEY, saved);
      notify.done(t('action.saved'));
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
    onError: fields.fail,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    fields.clearErrors();
    if (may.admin) save.mutate();
  };
  const isConflict = isChangedMeanwhile(fields.otherError);
  const minutesProps = { min: 0, max: MOST_MINUTES, required: true, readOnly: !may.admin, maw: 260 };
  return (
    <Paper withBorder p={{ base: 'md', sm: 'lg' }} maw={720}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('organization.name')}
            required
            maxLength={200}
            readOnly={!may.admin}
            {...fields.text('name')}
          />
          <NumberInput
            label={t('organization.lead')}
            description={t('organization.leadText')}
            {...minutesProps}
            {...fields.pick('leadMinutes')}
          />
          <NumberInput
            label={t('organization.grace')}
            description={t('organization.graceText')}
            {...minutesProps}
            {...fields.pick('graceMinutes')}
          />
          <NativeSelect
            label={t('organization.unpaid')}
            disabled={!may.admin}
            data={(['never', 'always', 'until'] as const).map((value) => ({
              value,
              label: t(`organization.unpaid.${value}`),
            }))}
            {...fields.text('unpaid')}
          />
          {values.unpaid === 'until' && (
            <NumberInput label={t('organization.unpaidMinutes')} {...minutesProps} {...fields.pick('unpaidMinutes')} />
          )}
          <NumberInput
            label={t('organization.pastDue')}
            description={t('organization.pastDueText')}
            {...minutesProps}
            max={90}
            allowDecimal={false}
            {...fields.pick('pastDueGraceDays')}
          />
          <NumberInput
            label={t('organization.guests')}
            {...minutesProps}
            max={100}
            allowDecimal={false}
            {...fields.pick('guestsPerBooking')}
          />
          <NativeSelect
            label={t('organization.newResources')}
            description={t('organization.newResourcesText')}
            disabled={!may.admin}
            data={[
              { value: '', label: t('organization.refuse') },
              ...(locations.data ?? []).map(({ id, name }) => ({
                value: id,
                label: t('organization.accept', { name }),
              })),
            ]}
            {...fields.text('newResourcesLocationId')}
          />
          {fields.otherError !== null && (
            <ErrorView
              error={fields.otherError}
              onRetry={isConflict ? onLoadAgain : undefined}
              retryText={isConflict ? t('error.loadAgain') : undefined}
            />
          )}
          <Group justify="flex-end">
            {may.admin ? (
              <Button type="submit" loading={save.isPending}>
                {t('action.save')}
              </Button>
            ) : (
              <ScopedButton needs="admin">{t('action.save')}</ScopedButton>
            )}
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
