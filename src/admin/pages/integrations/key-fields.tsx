import { Button, Collapse, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { ScopedButton } from '../../components/scoped-button';
import type { Integration } from '../doors-shared/api-types';
import { useSlow } from '../doors-shared/use-slow';
import { cleanKey, type IntegrationForm } from './integration-view';
import { TestReport } from './test-report';

interface Props {
  readonly form: IntegrationForm;
  readonly stored: Integration | null;
  readonly errorAt: (field: keyof IntegrationForm) => string | null;
  readonly onChange: (changed: Partial<IntegrationForm>) => void;
  /** The integration to test with, or null while the form is not complete. */
  readonly idForTest: () => Promise<string | null>;
}

/** The API key: pasted, tested before it is saved, never shown again. */
export function KeyFields({ form, stored, errorAt, onChange, idForTest }: Props) {
  const { t } = useTranslation();
  const [isOpen, { toggle }] = useDisclosure(form.baseUrl !== '');
  const { mutate, reset, ...test } = useMutation({ mutationFn: () => runTest(form, idForTest) });
  // What was tested is not what stands there any more.
  useEffect(() => reset(), [form.apiKey, form.baseUrl, reset]);
  const isSlow = useSlow(test.isPending);
  const hasKey = cleanKey(form.apiKey) !== '';
  const isKept = stored !== null && stored.apiKeyLastFour !== null;
  return (
    <Stack gap="md">
      <PasswordInput
        label={t('integration.field.apiKey')}
        description={
          <>
            {isKept && t('integration.field.apiKeyKept', { lastFour: stored.apiKeyLastFour ?? '' })}{' '}
            {isKept && stored.status === 'connected'
              ? t('integration.field.apiKeyRotate')
              : t('integration.field.apiKeyHelp')}
          </>
        }
        required={stored === null}
        autoComplete="off"
        data-1p-ignore
        spellCheck={false}
        value={form.apiKey}
        onChange={(event) => onChange({ apiKey: event.currentTarget.value })}
        error={errorAt('apiKey')}
        visibilityToggleButtonProps={{ 'aria-label': t('integration.field.showKey') }}
      />
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls="integration-advanced"
        >
          {t('integration.field.advanced')}
        </Button>
        <Collapse expanded={isOpen} id="integration-advanced">
          <TextInput
            mt="xs"
            label={t('integration.field.baseUrl')}
            description={t('integration.field.baseUrlHelp')}
            placeholder="https://api.kisi.io"
            inputMode="url"
            autoComplete="off"
            value={form.baseUrl}
            onChange={(event) => onChange({ baseUrl: event.currentTarget.value })}
            error={errorAt('baseUrl')}
          />
        </Collapse>
      </div>
      {(hasKey || isKept || stored === null) && (
        <Group gap="sm">
          <ScopedButton needs="admin" variant="default" loading={test.isPending} onClick={() => mutate()}>
            {hasKey || !isKept ? t('test.button') : t('test.buttonStored')}
          </ScopedButton>
          <Text size="sm" c="dimmed" role="status">
            {test.isPending
              ? isSlow
                ? t('common.kisiSlow')
                : t('test.running')
              : stored === null
                ? t('integration.field.testSaves')
                : ''}
          </Text>
        </Group>
      )}
      {test.isError && <ErrorView error={test.error} />}
      {test.data !== undefined && test.data !== null && <TestReport test={test.data} />}
    </Stack>
  );
}

async function runTest(form: IntegrationForm, idForTest: () => Promise<string | null>) {
  const id = await idForTest();
  if (id === null) return null;
  const apiKey = cleanKey(form.apiKey);
  const baseUrl = form.baseUrl.trim();
  return unwrap(
    api.POST('/v1/integrations/{id}/test', {
      params: { path: { id } },
      // The stored key goes nowhere but to the stored address.
      body: apiKey === '' ? {} : { apiKey, ...(baseUrl === '' ? {} : { baseUrl }) },
    }),
  );
}
