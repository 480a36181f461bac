import { Alert, Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client';
import { ApiError, isChangedMeanwhile } from '../../api/errors';
import { ErrorView } from '../../components/error-view';
import { ScopedButton } from '../../components/scoped-button';
import type { Integration } from '../doors-shared/api-types';
import { KEYS } from '../doors-shared/queries';
import { KeyFields } from './key-fields';
import {
  checkIntegrationForm,
  EMPTY_INTEGRATION_FORM,
  integrationToForm,
  type IntegrationForm,
} from './integration-view';
import { SettingsFields } from './settings-fields';
import { SaveError, useSaveIntegration } from './use-save-integration';

interface Props {
  /** Null while there is none yet. */
  readonly stored: Tagged<Integration> | null;
  readonly onSaved: (saved: Integration) => void;
}

/** Name, locations, mode and key of an integration: everything is saved with one button. */
export function IntegrationEditor({ stored, onSaved }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const save = useSaveIntegration();
  const [form, setForm] = useState<IntegrationForm>(
    stored === null ? EMPTY_INTEGRATION_FORM : integrationToForm(stored.data),
  );
  const [madeId, setMadeId] = useState<string | null>(null);
  const [hasTried, setHasTried] = useState(false);
  const id = stored?.data.id ?? madeId;
  const isConnected = stored !== null && stored.data.status === 'connected';
  // Another address is another service: it wants the key again.
  const needsKey = stored === null || form.baseUrl.trim() !== (stored.data.baseUrl ?? '');
  const missing = hasTried ? checkIntegrationForm(form, needsKey) : {};
  const refused = refusedFields(save.error);
  const errorAt = (field: keyof IntegrationForm): string | null => {
    const key = missing[field];
    return key === undefined ? (refused.get(field) ?? null) : t(key);
  };
  const isWrong = (needsKey: boolean): boolean => Object.keys(checkIntegrationForm(form, needsKey)).length > 0;
  const change = (changed: Partial<IntegrationForm>): void => setForm((before) => ({ ...before, ...changed }));

  const submit = async (form: IntegrationForm): Promise<Integration | null> => {
    const etag = stored?.etag ?? null;
    return save.mutateAsync({ id, etag, form, onMade: setMadeId }).catch(() => null);
  };
  const onSubmit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setHasTried(true);
    if (isWrong(needsKey)) return;
    const saved = await submit(form);
    if (saved === null) return;
    change({ apiKey: '' });
    setHasTried(false);
    onSaved(saved);
  };
  /** A test needs an integration to belong to: a new one is saved first, without its key. */
  const idForTest = async (): Promise<string | null> => {
    if (id !== null) return id;
    setHasTried(true);
    if (isWrong(true)) return null;
    return (await submit({ ...form, apiKey: '' }))?.id ?? null;
  };
  const loadTheirs = async (): Promise<void> => {
    save.reset();
    await client.resetQueries({ queryKey: [...KEYS.integrations, id] });
  };

  return (
    <form onSubmit={(event) => void onSubmit(event)} noValidate>
      <Stack gap="lg">
        <SettingsFields form={form} onChange={change} errorAt={errorAt} />
        <Fieldset legend={<Text fw={600}>{t('integration.section.key')}</Text>} radius="md">
          <KeyFields
            form={form}
            stored={stored?.data ?? null}
            errorAt={errorAt}
            onChange={change}
            idForTest={idForTest}
          />
        </Fieldset>
        <SaveFailure error={save.error} onLoadTheirs={() => void loadTheirs()} />
        <Group>
          <ScopedButton needs="admin" type="submit" loading={save.isPending}>
            {t(saveText(form, stored !== null, isConnected))}
          </ScopedButton>
        </Group>
      </Stack>
    </form>
  );
}

function saveText(form: IntegrationForm, isStored: boolean, isConnected: boolean) {
  if (!isStored) return 'integration.save.create';
  if (form.apiKey.trim() === '') return 'integration.save.saveOnly';
  return isConnected ? 'integration.save.saveAndConnect' : 'integration.save.reconnect';
}

function refusedFields(error: unknown): ReadonlyMap<string, string> {
  const cause = error instanceof SaveError ? error.cause : error;
  return new Map(cause instanceof ApiError ? cause.fields.map(({ field, message }) => [field, message]) : []);
}

/** What went wrong, and what of it is saved all the same. */
function SaveFailure({ error, onLoadTheirs }: { readonly error: unknown; readonly onLoadTheirs: () => void }) {
  const { t } = useTranslation();
  if (error === null) return null;
  const cause = error instanceof SaveError ? error.cause : error;
  if (isChangedMeanwhile(cause)) {
    return (
      <Alert color="yellow" title={t('conflict.title')} role="alert">
        <Text size="sm">{t('integration.conflict')}</Text>
        <Button mt="xs" size="xs" variant="default" onClick={onLoadTheirs}>
          {t('conflict.load')}
        </Button>
      </Alert>
    );
  }
  return (
    <Stack gap="xs">
      {error instanceof SaveError && error.step === 'connection' && (
        <Text size="sm">{t('integration.save.savedNotConnected')}</Text>
      )}
      <ErrorView error={cause} />
    </Stack>
  );
}
