import { Anchor, MultiSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useLocations } from '../../api/catalogue';
import type { IntegrationForm } from './integration-view';

interface Props {
  readonly form: IntegrationForm;
  readonly onChange: (changed: Partial<IntegrationForm>) => void;
  readonly errorAt: (field: keyof IntegrationForm) => string | null;
}

/** Name, locations and mode of an integration. */
export function SettingsFields({ form, onChange, errorAt }: Props) {
  const { t } = useTranslation();
  const locations = useLocations();
  const data = locations.data?.map((one) => ({ value: one.id, label: one.name })) ?? [];
  return (
    <Stack gap="md">
      <TextInput
        label={t('integration.field.name')}
        description={t('integration.field.nameHelp')}
        required
        maxLength={200}
        value={form.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={errorAt('name')}
      />
      <div>
        <MultiSelect
          label={t('integration.field.locations')}
          description={t('integration.field.locationsHelp')}
          required
          searchable
          data={data}
          value={[...form.locationIds]}
          onChange={(locationIds) => onChange({ locationIds })}
          error={errorAt('locationIds')}
          nothingFoundMessage={t('mapping.field.subjectEmpty')}
        />
        {locations.data !== undefined && data.length === 0 && (
          <Text size="sm" mt={4}>
            {t('integration.field.locationsEmpty')}{' '}
            <Anchor component={Link} href="/settings/locations">
              {t('integration.field.locationsAdd')}
            </Anchor>
          </Text>
        )}
      </div>
      <Radio.Group
        label={t('integration.mode.label')}
        value={form.mode}
        onChange={(mode) => onChange({ mode: mode === 'observe' ? 'observe' : 'enforce' })}
        error={errorAt('mode')}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="enforce"
            label={t('integration.mode.enforce')}
            description={t('integration.mode.enforceHelp')}
          />
          <Radio
            value="observe"
            label={t('integration.mode.observe')}
            description={t('integration.mode.observeHelp')}
          />
        </Stack>
      </Radio.Group>
    </Stack>
  );
}
