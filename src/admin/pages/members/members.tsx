import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ListedMember } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { DataList } from '../../components/data-list';
import { FilterSelect } from '../../components/filter-select';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { SearchBox } from '../../components/search-box';
import { StateBadge } from '../../components/state-badge';
import { given, useUrlFilters } from '../../components/url-filters';
import { isProblemCode, PROBLEM_CODES } from '../bookings/state';
import { isMemberStatus, MEMBER_STATUSES, memberAddress, STANDING_TONES, standingOf } from './state';

const REFETCH_MS = 5_000;

/** Everybody whom the booking platforms named. */
export default function MembersPage() {
  const { t } = useTranslation();
  const filters = useUrlFilters(['query', 'status', 'access', 'problem']);
  const { values } = filters;
  const list = usePagedList<ListedMember>({
    queryKey: ['members', values],
    refetchMs: REFETCH_MS,
    read: (page) =>
      unwrap(
        api.GET('/v1/members', {
          params: {
            query: {
              ...page,
              ...given('query', values.query),
              ...(isMemberStatus(values.status) ? { status: values.status } : {}),
              ...(values.access === 'true' || values.access === 'false' ? { hasAccessNow: values.access } : {}),
              ...(isProblemCode(values.problem) ? { problem: values.problem } : {}),
            },
          },
        }),
      ),
  });
  return (
    <Page title={t('members.title')} text={t('members.text')}>
      <DataList
        label={t('members.title')}
        list={list}
        keyOf={(one) => `${one.source} ${one.id}`}
        isFiltered={filters.isAnySet}
        onClearFilters={filters.clear}
        empty={{ title: t('members.empty'), text: t('members.emptyText') }}
        toolbar={
          <>
            <SearchBox
              value={values.query}
              onChange={(value) => filters.set('query', value)}
              placeholder={t('members.search')}
            />
            <FilterSelect
              label={t('members.access')}
              any={t('members.anyAccess')}
              options={(['true', 'false'] as const).map((value) => ({
                value,
                label: t(`members.access.${value}`),
              }))}
              value={values.access}
              onChange={(value) => filters.set('access', value)}
            />
            <FilterSelect
              label={t('members.status')}
              any={t('members.anyStatus')}
              options={MEMBER_STATUSES.map((value) => ({ value, label: t(`members.status.${value}`) }))}
              value={values.status}
              onChange={(value) => filters.set('status', value)}
            />
            <FilterSelect
              label={t('bookings.problem')}
              any={t('bookings.anyProblem')}
              options={PROBLEM_CODES.map((code) => ({ value: code, label: t(`problem.${code}`) }))}
              value={values.problem}
              onChange={(value) => filters.set('problem', value)}
            />
          </>
        }
        columns={[
          { id: 'member', title: t('members.member'), isPrimary: true, cell: (one) => <NameAndAddress member={one} /> },
          {
            id: 'email',
            title: t('members.email'),
            cell: ({ email }) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {email}
              </Text>
            ),
          },
          {
            id: 'reasons',
            title: t('members.reasons'),
            cell: ({ openEntitlements }) => t('members.openReasons', { count: openEntitlements }),
          },
          { id: 'state', title: t('members.state'), cell: (one) => <Standing member={one} /> },
        ]}
      />
    </Page>
  );
}

function NameAndAddress({ member }: { readonly member: ListedMember }) {
  return (
    <>
      <Anchor component={Link} href={memberAddress(member)} fw={600} size="sm">
        {member.name === '' ? member.id : member.name}
      </Anchor>
      <Text size="xs" c="dimmed">
        {member.id}
      </Text>
    </>
  );
}

function Standing({ member }: { readonly member: ListedMember }) {
  const { t } = useTranslation();
  const standing = standingOf(member);
  return (
    <>
      <StateBadge tone={STANDING_TONES[standing]}>{t(`members.standing.${standing}`)}</StateBadge>
      {member.problems.map((code) => (
        <Text key={code} size="xs" mt={2}>
          {t(`problem.${code}`)}
        </Text>
      ))}
    </>
  );
}
