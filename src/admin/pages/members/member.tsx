import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import type { MemberState } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { Page } from '../../components/page';
import { StateBadge } from '../../components/state-badge';
import { Time } from '../../components/time';
import { MemberEntitlements } from './member-entitlements';
import { MemberPersons } from './member-persons';
import { MemberTeams } from './member-teams';
import { MemberTimeline } from './member-timeline';
import { memberKey, STANDING_TONES, standingOf } from './state';

const REFETCH_MS = 3_000;

/** One member: why they may enter, which doors open for them, and what happened. */
export default function MemberPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [source, id] = [params.get('source') ?? '', params.get('id') ?? ''];
  const query = useQuery({
    queryKey: memberKey({ source, id }),
    queryFn: () =>
      unwrap(api.GET('/v1/members/{id}', { params: { path: { id }, query: source === '' ? {} : { source } } })),
    refetchInterval: REFETCH_MS,
  });
  const { data: member } = query;
  return (
    <Page
      title={member === undefined || member.name === '' ? id : member.name}
      back={{ to: '/members', text: t('members.title') }}
      {...(member === undefined ? {} : { text: <Identity member={member} /> })}
    >
      {query.isPending && <Skeleton height={320} radius="md" role="status" aria-label={t('list.loading')} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {member !== undefined && <Details member={member} />}
    </Page>
  );
}

function Identity({ member: { email, id, source } }: { readonly member: MemberState }) {
  const { t } = useTranslation();
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      {email === '' ? t('member.noAddress') : email} · {t('member.idOf', { id, source })}
    </span>
  );
}

function Details({ member }: { readonly member: MemberState }) {
  const { t } = useTranslation();
  const standing = standingOf(member);
  return (
    <Stack gap="lg">
      <Group gap="sm" role="status">
        <StateBadge tone={STANDING_TONES[standing]}>{t(`members.standing.${standing}`)}</StateBadge>
      </Group>
      <Warnings member={member} />
      <MemberEntitlements member={member} />
      <MemberPersons member={member} />
      <MemberTeams member={member} />
      <MemberTimeline member={member} />
    </Stack>
  );
}

/** Why nothing opens, whatever is booked. */
function Warnings({ member: { leftAt } }: { readonly member: MemberState }) {
  const { t } = useTranslation();
  if (leftAt === null) return null;
  return (
    <Alert color="yellow" title={t('member.left')}>
      <Text size="sm">
        {t('member.since')} <Time at={leftAt} />. {t('member.leftText')}
      </Text>
    </Alert>
  );
}
