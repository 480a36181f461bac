import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MemberEntitlement, MemberState } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { usePagedList } from '../../components/paged-list';
import { ProblemList } from '../../components/problem-list';
import { Section } from '../../components/section';
import { StateBadge } from '../../components/state-badge';
import { Time, TimeRange } from '../../components/time';
import { bookingAddress, DOOR_TONES, STATE_TONES } from '../bookings/state';
import { keyOf, memberKey, type Door, type MemberRef } from './state';

/** Every reason to be let in, what has not ended first. */
export function MemberEntitlements({
  member,
  actions,
}: {
  readonly member: MemberState;
  readonly actions?: ReactNode;
}) {
  const { t } = useTranslation();
  const [showsEnded, setShowsEnded] = useState(false);
  const { entitlements, openEntitlements, endedEntitlements } = member;
  return (
    <Section title={t('member.reasons')} actions={actions}>
      <Stack gap="lg">
        {entitlements.length === 0 && <Text c="dimmed">{t('member.noReasons')}</Text>}
        <EntitlementList entitlements={entitlements} />
        {openEntitlements > entitlements.length && (
          <Text size="sm" c="dimmed">
            {t('member.moreReasons', { shown: entitlements.length, count: openEntitlements })}
          </Text>
        )}
        {endedEntitlements > 0 && !showsEnded && (
          <div>
            <Button variant="default" size="sm" onClick={() => setShowsEnded(true)}>
              {t('member.showEnded', { count: endedEntitlements })}
            </Button>
          </div>
        )}
        {showsEnded && <Ended member={member} />}
      </Stack>
    </Section>
  );
}

function Ended({ member: { source, id } }: { readonly member: MemberRef }) {
  const { t } = useTranslation();
  const list = usePagedList<MemberEntitlement>({
    queryKey: [...memberKey({ source, id }), 'ended'],
    limit: 20,
    read: (page) =>
      unwrap(
        api.GET('/v1/members/{id}/entitlements', {
          params: { path: { id }, query: { ...page, source, ended: 'true' } },
        }),
      ),
  });
  return (
    <section aria-label={t('member.ended')}>
      <Title order={3} size="h5" mb="sm">
        {t('member.ended')}
      </Title>
      {list.error !== null && <ErrorView error={list.error} onRetry={list.retry} />}
      <Stack gap="lg">
        <EntitlementList entitlements={list.items ?? []} />
        {list.hasMore && (
          <div>
            <Button variant="default" size="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
              {t('list.more')}
            </Button>
          </div>
        )}
      </Stack>
    </section>
  );
}

function EntitlementList({ entitlements }: { readonly entitlements: readonly MemberEntitlement[] }) {
  return (
    <Stack component="ul" gap="md" className="doors">
      {entitlements.map((one) => (
        <li key={keyOf(one)}>
          <Entitlement one={one} />
        </li>
      ))}
    </Stack>
  );
}

function Entitlement({ one }: { readonly one: MemberEntitlement }) {
  const { t } = useTranslation();
  const { window, timeZone, problems, receipt, doors, state, workflow } = one;
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start" gap="xs">
        <div className="problem-text">
          <Text fw={600} size="sm">
            <Name one={one} />
          </Text>
          <Text size="sm">{window === null ? t('bookings.noWindow') : <TimeRange {...window} zone={timeZone} />}</Text>
        </div>
        <StateBadge tone={STATE_TONES[state]}>{t(`state.${state}`)}</StateBadge>
      </Group>
      {problems.length > 0 && <ProblemList problems={problems} zone={timeZone} />}
      {doors.length > 0 && (
        <Stack component="ul" gap={4} className="plain">
          {doors.map((door) => (
            <li key={`${door.integrationId} ${door.groupId} ${door.personId}`}>
              <DoorLine door={door} zone={timeZone} />
            </li>
          ))}
        </Stack>
      )}
      {receipt !== null && (
        <Text size="sm" c="dimmed">
          {t('member.receipt', { reason: t(`booking.reason.${receipt.reason}`, { defaultValue: receipt.reason }) })}{' '}
          <Time at={receipt.writtenAt} zone={timeZone} />
        </Text>
      )}
      {workflow.url !== null && (
        <div>
          <Anchor href={workflow.url} target="_blank" rel="noreferrer" size="xs">
            {t('booking.workflow')} <IconExternalLink size={12} aria-hidden />
          </Anchor>
        </div>
      )}
    </Stack>
  );
}

/** What it is, by its kind, and by whom the member has it. */
function Name({ one }: { readonly one: MemberEntitlement }) {
  const { t } = useTranslation();
  const { kind, id, source, name, by, teamId, teamName } = one;
  const what = t(`member.kind.${kind}`, { name: name ?? id });
  const how =
    by === 'guest'
      ? t('member.asGuest')
      : by === 'team'
        ? t('member.byTeam', { team: teamName ?? teamId ?? '' })
        : null;
  return (
    <>
      {kind === 'booking' ? (
        <Anchor component={Link} href={bookingAddress({ source, id })} fw={600} size="sm">
          {what}
        </Anchor>
      ) : (
        what
      )}
      {how === null ? '' : `, ${how}`}
    </>
  );
}

function DoorLine({ door, zone }: { readonly door: Door; readonly zone: string | null }) {
  const { t } = useTranslation();
  const { names, groupName, groupId, integrationName, from, until, problem, state } = door;
  const label = names.length > 0 ? names.join(', ') : (groupName ?? t('booking.group', { id: groupId }));
  return (
    <Group justify="space-between" gap="xs" wrap="wrap">
      <div className="problem-text">
        <Text size="sm">
          {label}{' '}
          <Text span size="xs" c="dimmed">
            {integrationName}
          </Text>
        </Text>
        <Text size="xs">
          <TimeRange from={from} until={until} zone={zone} />
        </Text>
        {problem !== null && <Text size="xs">{t(`problem.${problem}.message`)}</Text>}
      </div>
      <StateBadge tone={DOOR_TONES[state]}>{t(`doorState.${state}`)}</StateBadge>
    </Group>
  );
}
