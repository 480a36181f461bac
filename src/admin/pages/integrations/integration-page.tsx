import { Alert, Anchor, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Tagged } from '../../api/client';
import { ApiError } from '../../api/errors';
import { Empty } from '../../components/data-list';
import { ErrorView } from '../../components/error-view';
import { useNotify } from '../../components/notify';
import { Page } from '../../components/page';
import { ScopedButton } from '../../components/scoped-button';
import { Time } from '../../components/time';
import type { Integration } from '../doors-shared/api-types';
import { useIntegration } from '../doors-shared/queries';
import { EndConnection } from './end-connection';
import { IntegrationEditor } from './integration-editor';
import { ClockText, IntegrationState } from './integration-state';
import { describeClock, describeIntegration } from './integration-view';
import { Observations } from './observations';

/** One integration: how it is, its settings and key, what observing showed, and the end of its connection. */
export function IntegrationPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const integration = useIntegration(id);
  const back = { to: '/settings/integrations', text: t('integration.title') };
  if (integration.data !== undefined) return <Loaded stored={integration.data} />;
  if (integration.error instanceof ApiError && integration.error.status === 404) {
    return (
      <Page title={t('integration.title')} back={back}>
        <Empty title={t('integration.notFound')} text="" />
      </Page>
    );
  }
  return (
    <Page title={t('integration.title')} back={back}>
      {integration.isError ? (
        <ErrorView error={integration.error} onRetry={() => void integration.refetch()} />
      ) : (
        <Skeleton height={320} role="status" aria-label={t('list.loading')} />
      )}
    </Page>
  );
}

function Loaded({ stored }: { readonly stored: Tagged<Integration> }) {
  const { t } = useTranslation();
  const { done } = useNotify();
  const one = stored.data;
  return (
    <Page
      title={one.name}
      back={{ to: '/settings/integrations', text: t('integration.title') }}
      actions={
        <ScopedButton
          needs="admin"
          variant="default"
          to={`/resources/access-control-door-mappings/new?integrationId=${encodeURIComponent(one.id)}`}
        >
          {t('integration.mapFirst')}
        </ScopedButton>
      }
    >
      <Stack gap="lg" maw={860}>
        <Health one={one} />
        <Paper withBorder p="md">
          <IntegrationEditor
            stored={stored}
            onSaved={(saved) =>
              done(
                saved.status === 'connected'
                  ? t('integration.save.connected', { name: saved.name })
                  : t('common.saved'),
              )
            }
          />
        </Paper>
        {one.mode === 'observe' && (
          <Paper withBorder p="md">
            <Title order={2} size="h4" mb="xs">
              {t('integration.section.observations')}
            </Title>
            <Observations id={one.id} />
          </Paper>
        )}
        <Paper withBorder p="md">
          <EndConnection one={one} />
        </Paper>
      </Stack>
    </Page>
  );
}

/** How the connection is right now, and what to do where something is wrong. */
function Health({ one }: { readonly one: Integration }) {
  const { t } = useTranslation();
  const { tone, remedy } = describeIntegration(one);
  const isClockWrong = one.status === 'connected' && !describeClock(one.clockOffsetMs).isOk;
  return (
    <Stack gap="sm">
      <Paper withBorder p="md">
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Fact name={t('integration.column.state')}>
            <IntegrationState one={one} />
          </Fact>
          <Fact name={t('integration.column.key')}>
            <Text size="sm" ff="monospace">
              {one.apiKeyLastFour === null ? '–' : `…${one.apiKeyLastFour}`}
            </Text>
          </Fact>
          <Fact name={t('integration.column.clock')}>
            {one.status === 'disconnected' ? <Text size="sm">–</Text> : <ClockText offsetMs={one.clockOffsetMs} />}
          </Fact>
          <Fact name={t('integration.doorsReadAt')}>
            <Text size="sm">
              {one.doorsReadAt === null ? t('integration.noDoorsRead') : <Time at={one.doorsReadAt} />}
            </Text>
          </Fact>
        </SimpleGrid>
        <Group mt="sm">
          <Anchor
            component={Link}
            size="sm"
            href={`/resources/access-control-door-mappings?integrationId=${encodeURIComponent(one.id)}`}
          >
            {t('integration.seeMappings')}
          </Anchor>
        </Group>
      </Paper>
      {remedy !== null && (
        <Alert
          color={tone === 'bad' ? 'red' : tone === 'wait' ? 'yellow' : 'gray'}
          role={tone === 'bad' ? 'alert' : 'note'}
        >
          {t(remedy)}
        </Alert>
      )}
      {isClockWrong && <Alert color="yellow">{t('integration.clock.tooFar')}</Alert>}
    </Stack>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      {children}
    </div>
  );
}
