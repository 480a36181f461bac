import { Anchor, Button, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import type { BookingState } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { newMappingOf } from '../../components/door-count';
import { ErrorView } from '../../components/error-view';
import { Page } from '../../components/page';
import { ProblemList } from '../../components/problem-list';
import { StateBadge } from '../../components/state-badge';
import { Time, TimeRange } from '../../components/time';
import { memberAddress } from '../members/state';
import { BookingDoors } from './booking-doors';
import { STATE_TONES } from './state';

const REFETCH_MS = 3_000;

/** One booking: who may enter, where, when, and what is in the way. */
export default function BookingPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [source, id] = [params.get('source') ?? '', params.get('id') ?? ''];
  const query = useQuery({
    queryKey: ['bookings', 'one', source, id],
    queryFn: () =>
      unwrap(api.GET('/v1/bookings/{id}', { params: { path: { id }, query: source === '' ? {} : { source } } })),
    refetchInterval: REFETCH_MS,
  });
  return (
    <Page
      title={t('booking.title', { id })}
      back={{ to: '/bookings', text: t('bookings.title') }}
      {...(query.data === undefined ? {} : { text: <Summary booking={query.data} /> })}
    >
      {query.isPending && <Skeleton height={320} radius="md" role="status" aria-label={t('list.loading')} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && <Details booking={query.data} />}
    </Page>
  );
}

function Summary({ booking }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  return (
    <>
      {t('booking.of', {
        resource: booking.resourceName ?? booking.resourceId ?? t('booking.unknownResource'),
        member: booking.memberName ?? booking.memberId ?? t('booking.unknownMember'),
      })}
    </>
  );
}

function Details({ booking }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  const { state, problems, receipt, timeZone, workflow, resourceId, source } = booking;
  const mend = ({ code }: { readonly code: string }): ReactNode =>
    code === 'mapping_missing' && resourceId !== null ? (
      <Button component={Link} size="xs" href={newMappingOf({ type: 'resource', source, id: resourceId })}>
        {t('action.mapDoor')}
      </Button>
    ) : code === 'integration_disconnected' || code === 'kisi_key_invalid' ? (
      <Button component={Link} size="xs" href="/settings/integrations">
        {t('nav.integrations')}
      </Button>
    ) : null;
  return (
    <Stack gap="lg">
      <div role="status">
        <StateBadge tone={STATE_TONES[state]}>{t(`state.${state}`)}</StateBadge>
      </div>
      {problems.length > 0 && (
        <section aria-label={t('booking.problems')}>
          <ProblemList problems={problems} zone={timeZone} action={mend} />
        </section>
      )}
      <Section title={t('booking.facts')}>
        <Facts booking={booking} />
      </Section>
      <Section title={t('booking.doors')}>
        <BookingDoors booking={booking} />
      </Section>
      {receipt !== null && (
        <Section title={t('booking.receipt')}>
          <SimpleGrid cols={{ base: 1, sm: 3 }} component="dl" m={0}>
            <Fact name={t('booking.receiptReason')}>
              {t(`booking.reason.${receipt.reason}`, { defaultValue: receipt.reason })}
            </Fact>
            <Fact name={t('booking.receiptDue')}>
              <Time at={receipt.dueAt} zone={timeZone} />
            </Fact>
            <Fact name={t('booking.receiptWritten')}>
              <Time at={receipt.writtenAt} zone={timeZone} />
            </Fact>
          </SimpleGrid>
          <Text size="sm" c="dimmed" mt="sm">
            {t('booking.receiptText')}
          </Text>
        </Section>
      )}
      {workflow.url !== null && (
        <div>
          <Button
            component="a"
            href={workflow.url}
            target="_blank"
            rel="noreferrer"
            variant="default"
            rightSection={<IconExternalLink size={16} aria-hidden />}
          >
            {t('booking.workflow')}
          </Button>
        </div>
      )}
    </Stack>
  );
}

function Facts({ booking }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  const { status, payment, source, startsAt, endsAt, timeZone, window, updatedAt, memberId, memberName } = booking;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} component="dl" m={0}>
      {memberId !== null && (
        <Fact name={t('bookings.member')}>
          <Anchor component={Link} href={memberAddress({ source, id: memberId })}>
            {memberName ?? memberId}
          </Anchor>
        </Fact>
      )}
      <Fact name={t('booking.status')}>{t(`status.${status ?? ''}`, { defaultValue: status ?? '–' })}</Fact>
      <Fact name={t('booking.payment')}>{t(`payment.${payment ?? ''}`, { defaultValue: payment ?? '–' })}</Fact>
      <Fact name={t('booking.source')}>{source}</Fact>
      <Fact name={t('booking.booked')}>
        {startsAt === null ? '–' : <TimeRange from={startsAt} until={endsAt} zone={timeZone} />}
      </Fact>
      <Fact name={t('booking.window')}>
        {window === null ? t('bookings.noWindow') : <TimeRange {...window} zone={timeZone} />}
      </Fact>
      <Fact name={t('booking.updated')}>
        <Time at={updatedAt} zone={timeZone} />
      </Fact>
    </SimpleGrid>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper component="section" withBorder p={{ base: 'md', sm: 'lg' }}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
