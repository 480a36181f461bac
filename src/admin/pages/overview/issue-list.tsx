import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Issue } from './use-issues';

/** What needs attention, each with the way to the place where it can be mended. */
export function IssueList({ issues }: { readonly issues: readonly Issue[] }) {
  const { t } = useTranslation();
  return (
    <Paper component="section" withBorder className="issues">
      <Group gap="xs" p="md" pb="xs" wrap="nowrap">
        <IconAlertTriangle size={20} aria-hidden className="issues-icon" />
        <Title order={2} size="h4">
          {t('overview.bad', { count: issues.length })}
        </Title>
      </Group>
      <Stack component="ul" gap={0} className="rows">
        {issues.map(({ id, title, text, to }) => (
          <li key={id}>
            <Group justify="space-between" gap="sm" px="md" py="sm">
              <div className="problem-text">
                <Text fw={600} size="sm">
                  {title}
                </Text>
                <Text size="sm" c="dimmed">
                  {text}
                </Text>
              </div>
              <Button
                component={Link}
                href={to}
                size="xs"
                variant="default"
                aria-label={`${t('overview.show')}: ${title}`}
              >
                {t('overview.show')}
              </Button>
            </Group>
          </li>
        ))}
      </Stack>
    </Paper>
  );
}
