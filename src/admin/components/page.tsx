import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

interface Props {
  readonly title: string;
  /** One or two sentences on what the page is for. */
  readonly text?: ReactNode;
  /** Where this page was reached from. */
  readonly back?: { readonly to: string; readonly text: string };
  /** Buttons at the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page with its heading; the browser's tab carries the same title. */
export function Page({ title, text, back, actions, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <Stack gap="lg" maw={1200} mx="auto">
      <div>
        {back !== undefined && (
          <Anchor component={Link} href={back.to} size="sm">
            ← {back.text}
          </Anchor>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {text !== undefined && (
          <Text c="dimmed" mt={4} maw={760}>
            {text}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}
