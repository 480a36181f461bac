import { Button, Checkbox, CopyButton, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSources, type ApiToken } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { useFields } from '../../components/form';
import { FormModal } from '../../components/form-modal';

const SCOPES = ['read', 'operate', 'admin', 'events'] as const satisfies readonly ApiToken['scopes'][number][];
type Scope = (typeof SCOPES)[number];
const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** Makes a token and shows it, this once. */
export function TokenForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sources = useSources();
  const chosen: string[] = ['read'];
  const fields = useFields({ name: '', scopes: chosen, sourceId: '' });
  const { values } = fields;
  const making = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/api-tokens', {
          body: {
            name: values.name,
            scopes: values.scopes.filter(isScope),
            sourceId: values.sourceId === '' ? null : values.sourceId,
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: fields.fail,
  });
  if (making.data !== undefined) return <Made token={making.data.token} onClose={onClose} />;
  return (
    <FormModal
      title={t('tokens.add')}
      submitText={t('tokens.add')}
      onClose={onClose}
      onSubmit={() => making.mutate()}
      isBusy={making.isPending}
      error={fields.otherError}
    >
      <TextInput
        label={t('tokens.name')}
        description={t('tokens.nameText')}
        required
        maxLength={200}
        data-autofocus
        {...fields.text('name')}
      />
      <Checkbox.Group label={t('tokens.scopes')} {...fields.pick('scopes')}>
        <Stack gap="xs" mt="xs">
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`tokens.scope.${scope}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NativeSelect
        label={t('tokens.source')}
        description={t('tokens.sourceText')}
        data={[
          { value: '', label: t('tokens.anySource') },
          ...(sources.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...fields.text('sourceId')}
      />
    </FormModal>
  );
}

/** Closes only by its button, so that the token is not lost by a click beside it. */
function Made({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tokens.madeTitle')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text>{t('tokens.madeText')}</Text>
        <TextInput
          aria-label={t('session.token')}
          value={token}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          styles={{ input: { fontFamily: 'monospace' } }}
        />
        <Group justify="flex-end">
          <CopyButton value={token}>
            {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'action.copied' : 'action.copy')}</Button>}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {t('tokens.madeClose')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
