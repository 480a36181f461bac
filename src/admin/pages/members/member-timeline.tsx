import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { FilterSelect } from '../../components/filter-select';
import { usePagedList } from '../../components/paged-list';
import { Section } from '../../components/section';
import { Time } from '../../components/time';
import { isTimelineGroup, memberKey, TIMELINE_GROUPS, type MemberRef } from './state';

const REFETCH_MS = 5_000;
const SHOWN = 25;

/** What happened to a member, the newest first. */
export function MemberTimeline({ member: { source, id } }: { readonly member: MemberRef }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState('');
  const list = usePagedList<TimelineEntry>({
    queryKey: [...memberKey({ source, id }), 'timeline', group],
    limit: SHOWN,
    refetchMs: REFETCH_MS,
    read: (page) =>
      unwrap(
        api.GET('/v1/members/{id}/timeline', {
          params: {
            path: { id },
            query: { ...page, source, ...(isTimelineGroup(group) ? { kinds: [...TIMELINE_GROUPS[group]] } : {}) },
          },
        }),
      ),
  });
  const filter = (
    <FilterSelect
      label={t('member.timelineKinds')}
      any={t('member.anyKind')}
      options={Object.keys(TIMELINE_GROUPS)
        .filter(isTimelineGroup)
        .map((value) => ({ value, label: t(`member.kinds.${value}`) }))}
      value={group}
      onChange={setGroup}
    />
  );
  return (
    <Section title={t('member.timeline')} actions={filter}>
      {list.error !== null && <ErrorView error={list.error} onRetry={list.retry} />}
      {list.items === undefined && list.error === null && (
        <Skeleton height={120} radius="md" role="status" aria-label={t('list.loading')} />
      )}
      {list.items?.length === 0 && <Text c="dimmed">{t('member.noTimeline')}</Text>}
      <Stack component="ol" gap="xs" className="doors" aria-busy={list.isStale}>
        {list.items?.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} />
          </li>
        ))}
      </Stack>
      {list.hasMore && (
        <Button mt="md" variant="default" size="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
          {t('list.more')}
        </Button>
      )}
    </Section>
  );
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const { t } = useTranslation();
  const { at, kind, entitlement, groupId, details } = entry;
  const about = [
    entitlement === null ? null : t(`member.kind.${entitlement.kind}`, { name: entitlement.id }),
    groupId === null || groupId === 0 ? null : t('booking.group', { id: groupId }),
  ].filter((one) => one !== null);
  return (
    <Group justify="space-between" gap="xs" align="flex-start">
      <div className="problem-text">
        <Text size="sm" fw={600}>
          {t(`timeline.${kind}`, { defaultValue: kind.replaceAll('_', ' ') })}
        </Text>
        {about.length > 0 && <Text size="sm">{about.join(' · ')}</Text>}
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {toText(details)}
        </Text>
      </div>
      <Text size="xs">
        <Time at={at} />
      </Text>
    </Group>
  );
}

/** What an entry holds, as it is: words and numbers, and lists of them. */
function toText(details: TimelineEntry['details']): string {
  return Object.entries(details)
    .flatMap(([key, value]) => {
      const text = toWord(value);
      return text === '' ? [] : [`${key}: ${text}`];
    })
    .join(', ');
}

function toWord(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(toWord).filter(Boolean).join(' ');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(toWord).filter(Boolean).join('/');
  return '';
}
