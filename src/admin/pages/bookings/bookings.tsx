import { Anchor, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { BookingState } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import { DataList } from '../../components/data-list';
import { FilterSelect } from '../../components/filter-select';
import { Page } from '../../components/page';
import { usePagedList } from '../../components/paged-list';
import { ScopedButton } from '../../components/scoped-button';
import { SearchBox } from '../../components/search-box';
import { StateBadge } from '../../components/state-badge';
import { TimeRange } from '../../components/time';
import { given, useUrlFilters } from '../../components/url-filters';
import { ResourceFilter } from './resource-filter';
import { bookingAddress, isProblemCode, isState, PROBLEM_CODES, STATE_TONES, STATES } from './state';
import { TrialBooking } from './trial-booking';

const REFETCH_MS = 5_000;

/** Midnight of a day, where the browser is. */
const startOf = (day: string): string => {
  const at = new Date(`${day}T00:00:00`);
  return day === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString();
};

/** Every booking with its state. */
export default function BookingsPage() {
  const { t } = useTranslation();
  const [isTrying, setIsTrying] = useState(false);
  const filters = useUrlFilters(['query', 'state', 'problem', 'resourceId', 'source', 'from', 'until']);
  const { values } = filters;
  const list = usePagedList<BookingState>({
    queryKey: ['bookings', values],
    refetchMs: REFETCH_MS,
    read: (page) =>
      unwrap(
        api.GET('/v1/bookings', {
          params: {
            query: {
              ...page,
              ...given('query', values.query),
              ...given('resourceId', values.resourceId),
              ...given('source', values.source),
              ...given('from', startOf(values.from)),
              ...given('until', startOf(values.until)),
              ...(isState(values.state) ? { state: [values.state] } : {}),
              ...(isProblemCode(values.problem) ? { problem: values.problem } : {}),
            },
          },
        }),
      ),
  });
  const trial = (
    <ScopedButton needs="events" variant="default" onClick={() => setIsTrying(true)}>
      {t('bookings.try')}
    </ScopedButton>
  );
  return (
    <Page title={t('bookings.title')} text={t('bookings.text')} actions={trial}>
      <DataList
        label={t('bookings.title')}
        list={list}
        keyOf={(one) => `${one.source} ${one.id}`}
        isFiltered={filters.isAnySet}
        onClearFilters={filters.clear}
        empty={{ title: t('bookings.empty'), text: t('bookings.emptyText'), action: trial }}
        toolbar={
          <>
            <SearchBox
              value={values.query}
              onChange={(value) => filters.set('query', value)}
              placeholder={t('bookings.search')}
            />
            <FilterSelect
              label={t('bookings.state')}
              any={t('bookings.anyState')}
              options={STATES.map((state) => ({ value: state, label: t(`state.${state}`) }))}
              value={values.state}
              onChange={(value) => filters.set('state', value)}
            />
            <FilterSelect
              label={t('bookings.problem')}
              any={t('bookings.anyProblem')}
              options={PROBLEM_CODES.map((code) => ({ value: code, label: t(`problem.${code}`) }))}
              value={values.problem}
              onChange={(value) => filters.set('problem', value)}
            />
            <ResourceFilter filters={filters} />
            <Group gap="xs" className="filter">
              {(['from', 'until'] as const).map((name) => (
                <TextInput
                  key={name}
                  type="date"
                  aria-label={t(`bookings.${name}`)}
                  title={t(`bookings.${name}`)}
                  leftSection={<Text size="xs">{t(`bookings.${name}Short`)}</Text>}
                  leftSectionWidth={52}
                  value={values[name]}
                  onChange={(event) => filters.set(name, event.currentTarget.value)}
                  flex={1}
                />
              ))}
            </Group>
          </>
        }
        columns={[
          { id: 'booking', title: t('bookings.resource'), isPrimary: true, cell: (one) => <WhatAndId booking={one} /> },
          {
            id: 'member',
            title: t('bookings.member'),
            cell: (one) => one.memberName ?? one.memberId ?? t('booking.unknownMember'),
          },
          {
            id: 'when',
            title: t('bookings.when'),
            cell: ({ window, timeZone }) =>
              window === null ? (
                t('bookings.noWindow')
              ) : (
                <Text size="sm" span>
                  <TimeRange from={window.from} until={window.until} zone={timeZone} />
                </Text>
              ),
          },
          { id: 'state', title: t('bookings.state'), cell: (one) => <StateAndProblems booking={one} /> },
        ]}
      />
      {isTrying && <TrialBooking onClose={() => setIsTrying(false)} />}
    </Page>
  );
}

function WhatAndId({ booking }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  return (
    <>
      <Anchor component={Link} href={bookingAddress(booking)} fw={600} size="sm">
        {booking.resourceName ?? booking.resourceId ?? t('booking.unknownResource')}
      </Anchor>
      <Text size="xs" c="dimmed">
        {booking.id}
      </Text>
    </>
  );
}

function StateAndProblems({ booking: { state, problems } }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  return (
    <>
      <StateBadge tone={STATE_TONES[state]}>{t(`state.${state}`)}</StateBadge>
      {problems.map(({ code }) => (
        <Text key={code} size="xs" mt={2}>
          {t(`problem.${code}`)}
        </Text>
      ))}
    </>
  );
}
