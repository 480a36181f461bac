import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isSignedOut } from '../api/errors';
import { useErrorText } from '../components/error-view';
import { LanguageSwitch } from './language-switch';
import { Logo } from './logo';
import { useSignIn } from './session';
import { ThemeSwitch } from './theme-switch';

/** Where an API token becomes a session. @param hint why somebody is here, if there is more to say */
export function SignIn({ hint }: { readonly hint: string | null }) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const errorText = useErrorText();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate(token.trim());
  };
  return (
    <Stack component="main" mih="100vh" align="center" justify="center" p="md">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <form onSubmit={submit}>
          <Stack>
            <Logo />
            <Title order={1} size="h3">
              {t('session.title')}
            </Title>
            <Text c="dimmed" size="sm">
              {t('session.text')}
            </Text>
            {hint !== null && signIn.isIdle && <Alert color="red">{hint}</Alert>}
            <PasswordInput
              label={t('session.token')}
              description={t('session.tokenHint')}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              error={signIn.isError && (isSignedOut(signIn.error) ? t('session.refused') : errorText(signIn.error))}
            />
            <Button type="submit" loading={signIn.isPending} fullWidth>
              {t('session.signIn')}
            </Button>
          </Stack>
        </form>
      </Paper>
      <Group>
        <LanguageSwitch />
        <ThemeSwitch />
      </Group>
    </Stack>
  );
}
