import { Alert, Anchor, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { TargetType } from '../doors-shared/api-types';
import { useIntegrations } from '../doors-shared/queries';
import { AdoptGroup } from './adopt-group';
import { DoorPicker, type PickedDoor } from './door-picker';
import { chooseDoor, type MappingField, type MappingForm } from './mapping-form';
import { TypedDoor } from './typed-door';

interface Props {
  readonly form: MappingForm;
  readonly onChange: (next: (before: MappingForm) => MappingForm) => void;
  readonly errorAt: (field: MappingField) => string | null;
}

const TARGET_TYPES: readonly TargetType[] = ['lock', 'group'];

/** Which door or group opens, of which Kisi organization. */
export function TargetFields({ form, onChange, errorAt }: Props) {
  const { t } = useTranslation();
  const integrations = useIntegrations();
  const items = integrations.data?.items ?? [];
  const only = items.length === 1 ? (items[0]?.id ?? null) : null;
  // With one integration there is nothing to choose.
  if (form.integrationId === null && only !== null) {
    queueMicrotask(() => onChange((before) => ({ ...before, integrationId: before.integrationId ?? only })));
  }
  const integrationId = form.integrationId ?? only;
  const current = items.find((one) => one.id === integrationId);
  const choose = useCallback((door: PickedDoor) => onChange((before) => chooseDoor(before, door)), [onChange]);
  return (
    <Stack gap="md">
      {integrations.data !== undefined && items.length === 0 && (
        <Alert color="yellow">
          <Text size="sm">
            {t('mapping.noIntegrations')}{' '}
            <Anchor component={Link} href="/settings/integrations/new" size="sm" underline="always">
              {t('integration.add')}
            </Anchor>
          </Text>
        </Alert>
      )}
      <NativeSelect
        label={t('mapping.field.integration')}
        required
        value={integrationId ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange((before) => chooseDoor({ ...before, integrationId: value === '' ? null : value }, null))
        }
        data={[
          { value: '', label: t('mapping.field.integrationPlaceholder') },
          ...items.map((one) => ({ value: one.id, label: one.name })),
        ]}
        error={errorAt('integrationId')}
      />
      {current !== undefined && current.status !== 'connected' && (
        <Alert color="gray">
          <Text size="sm">{t('mapping.integrationOff')}</Text>
        </Alert>
      )}
      <Radio.Group
        label={t('mapping.field.target')}
        value={form.targetType}
        onChange={(type) =>
          onChange((before) => chooseDoor({ ...before, targetType: type === 'group' ? 'group' : 'lock' }, null))
        }
      >
        <Stack gap="xs" mt="xs">
          {TARGET_TYPES.map((type) => (
            <Radio
              key={type}
              value={type}
              label={t(`mapping.targetType.${type}`)}
              description={t(`mapping.targetTypeHelp.${type}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {integrationId !== null && (
        <Stack gap="xs">
          <DoorPicker
            key={`${integrationId} ${form.targetType}`}
            integrationId={integrationId}
            type={form.targetType}
            chosenId={form.targetId}
            error={errorAt('targetId')}
            onChoose={choose}
          />
          <TypedDoor
            key={`typed ${integrationId} ${form.targetType}`}
            integrationId={integrationId}
            type={form.targetType}
            onChoose={choose}
          />
          {form.targetType === 'lock' && form.targetId !== null && (
            <AdoptGroup key={form.targetId} integrationId={integrationId} lockId={form.targetId} />
          )}
        </Stack>
      )}
    </Stack>
  );
}
