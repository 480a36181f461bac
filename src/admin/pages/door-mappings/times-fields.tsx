import { NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import type { MappingField, MappingForm } from './mapping-form';

interface Props {
  readonly form: MappingForm;
  readonly onChange: (next: (before: MappingForm) => MappingForm) => void;
  readonly errorAt: (field: MappingField) => string | null;
}

const LONGEST_MINUTES = 10_080;

/** What people call the door, how long before and after it opens, and whether it does. */
export function TimesFields({ form, onChange, errorAt }: Props) {
  const { t } = useTranslation();
  const organization = useQuery({
    queryKey: ['organization'],
    queryFn: () => unwrap(api.GET('/v1/organization')),
    staleTime: 60_000,
  });
  const help = (minutes: number | undefined): string =>
    minutes === undefined ? '' : t('mapping.field.leadHelp', { count: minutes });
  return (
    <Stack gap="md">
      <TextInput
        label={t('mapping.field.name')}
        description={t('mapping.field.nameHelp')}
        required
        maxLength={200}
        value={form.name}
        onChange={({ currentTarget: { value } }) =>
          onChange((before) => ({ ...before, name: value, isNameOwn: value.trim() !== '' }))
        }
        error={errorAt('name')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label={t('mapping.field.leadMinutes')}
          description={help(organization.data?.leadMinutes)}
          placeholder={String(organization.data?.leadMinutes ?? '')}
          suffix={` ${t('mapping.field.minutes')}`}
          min={0}
          max={LONGEST_MINUTES}
          allowDecimal={false}
          value={form.leadMinutes ?? ''}
          onChange={(value) => onChange((before) => ({ ...before, leadMinutes: toMinutes(value) }))}
          error={errorAt('leadMinutes')}
        />
        <NumberInput
          label={t('mapping.field.graceMinutes')}
          description={help(organization.data?.graceMinutes)}
          placeholder={String(organization.data?.graceMinutes ?? '')}
          suffix={` ${t('mapping.field.minutes')}`}
          min={0}
          max={LONGEST_MINUTES}
          allowDecimal={false}
          value={form.graceMinutes ?? ''}
          onChange={(value) => onChange((before) => ({ ...before, graceMinutes: toMinutes(value) }))}
          error={errorAt('graceMinutes')}
        />
      </SimpleGrid>
      <Switch
        label={t('mapping.field.enabled')}
        description={t('mapping.field.enabledHelp')}
        checked={form.isEnabled}
        onChange={({ currentTarget: { checked } }) => onChange((before) => ({ ...before, isEnabled: checked }))}
      />
    </Stack>
  );
}

const toMinutes = (value: number | string): number | null => (typeof value === 'number' ? value : null);
