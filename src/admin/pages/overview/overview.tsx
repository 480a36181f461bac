import { Alert, Anchor, Badge, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client';
import type { Overview } from '../../api/catalogue';
import { MAPPINGS } from '../../components/door-count';
import { ErrorView } from '../../components/error-view';
import { Page } from '../../components/page';
import { StateBadge } from '../../components/state-badge';
import { STATE_TONES, STATES } from '../bookings/state';
import { FirstSteps, isThrough } from './first-steps';
import { IssueList } from './issue-list';
import { useIssues } from './use-issues';

const REFETCH_MS = 10_000;

/** Is everything all right? */
export default function OverviewPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: () => unwrap(api.GET('/v1/overview')),
    refetchInterval: REFETCH_MS,
  });
  return (
    <Page title={t('overview.title')} text={t('overview.text')}>
      {query.isPending && <Skeleton height={320} radius="md" role="status" aria-label={t('list.loading')} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && <Contents overview={query.data} />}
    </Page>
  );
}

function Contents({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation();
  const issues = useIssues(overview);
  const isNew = !isThrough(overview.firstSteps);
  return (
    <Stack gap="lg">
      {issues.length > 0 && <IssueList issues={issues} />}
      {issues.length === 0 && !isNew && (
        <Alert
          color="harbour"
          icon={<IconCircleCheck aria-hidden />}
          title={t('overview.good')}
          role="status"
          className="good"
        >
          {t('overview.goodText')}
        </Alert>
      )}
      {isNew && <FirstSteps steps={overview.firstSteps} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <Bookings overview={overview} />
        <Integrations overview={overview} />
        <Catalogue overview={overview} />
      </SimpleGrid>
    </Stack>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md">
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </Paper>
  );
}

function Bookings({ overview: { bookings, peopleInsideNow } }: { readonly overview: Overview }) {
  const { t } = useTranslation();
  const counts = STATES.map((state) => ({ state, count: bookings.byState[state] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
  return (
    <Card title={t('overview.bookings')}>
      {counts.length === 0 && <Text c="dimmed">{t('overview.noBookings')}</Text>}
      {counts.map(({ state, count }) => (
        <Group key={state} justify="space-between">
          <Anchor component={Link} href={`/bookings?state=${state}`} underline="never">
            <StateBadge tone={STATE_TONES[state]}>{t(`state.${state}`)}</StateBadge>
          </Anchor>
          <Text fw={600}>{count}</Text>
        </Group>
      ))}
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text size="sm">{t('overview.inside')}</Text>
          <Text size="xs" c="dimmed">
            {t('overview.insideText')}
          </Text>
        </div>
        <Text fw={600}>{peopleInsideNow}</Text>
      </Group>
    </Card>
  );
}

function Integrations({ overview: { integrations } }: { readonly overview: Overview }) {
  const { t } = useTranslation();
  return (
    <Card title={t('overview.integrations')}>
      {integrations.length === 0 && <Text c="dimmed">{t('overview.noIntegrations')}</Text>}
      {integrations.map((one) => (
        <Group key={one.id} justify="space-between" gap="xs">
          <Anchor component={Link} href={`/settings/integrations/${encodeURIComponent(one.id)}`} size="sm">
            {one.name}
          </Anchor>
          <Group gap={6}>
            {one.mode === 'observe' && <StateBadge tone="wait">{t('overview.mode.observe')}</StateBadge>}
            {one.status === 'connected' ? (
              <StateBadge tone={one.health === 'ok' ? 'good' : 'bad'}>{t(`overview.health.${one.health}`)}</StateBadge>
            ) : (
              <StateBadge tone="bad">{t(`overview.status.${one.status}`)}</StateBadge>
            )}
          </Group>
        </Group>
      ))}
    </Card>
  );
}

function Catalogue({ overview: { resources, mappings } }: { readonly overview: Overview }) {
  const { t } = useTranslation();
  return (
    <Card title={t('overview.doors')}>
      <Anchor component={Link} href={MAPPINGS} size="sm">
        {t('overview.doorsActive', { active: mappings.total - mappings.notActive, total: mappings.total })}
      </Anchor>
      <Anchor component={Link} href="/resources" size="sm">
        {t('overview.resources')}:{' '}
        {t('overview.resourcesMapped', { mapped: resources.total - resources.unmapped, total: resources.total })}
      </Anchor>
      {resources.unmapped > 0 && (
        <Badge component={Link} href="/resources?mapped=false" variant="light" color="gray" tt="none">
          {t('catalogue.mappedNo')}: {resources.unmapped}
        </Badge>
      )}
    </Card>
  );
}
