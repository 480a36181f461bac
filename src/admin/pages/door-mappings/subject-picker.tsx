import { Group, Radio, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocationName } from '../../api/catalogue';
import { api, unwrap } from '../../api/client';
import type { SubjectType } from '../doors-shared/api-types';
import { firstPage } from '../doors-shared/queries';
import { SearchSelect } from '../doors-shared/search-select';

interface Subject {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly locationId: string | null;
  readonly mappings: number;
}

export interface ChosenSubject {
  readonly type: SubjectType;
  readonly source: string;
  readonly id: string | null;
}

interface Props {
  readonly chosen: ChosenSubject;
  readonly error: string | null;
  readonly onChange: (chosen: ChosenSubject) => void;
}

const TYPES: readonly SubjectType[] = ['resource', 'plan', 'pass_type'];
const WAIT_MS = 250;

/** Chooses what a door is for: a resource, a plan or a pass type, searched by name. */
export function SubjectPicker({ chosen, error, onChange }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search, WAIT_MS);
  const found = useSubjects(chosen.type, query);
  const locationName = useLocationName();
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const current = useSubject(chosen, items);
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('mapping.field.subjectType')}
        value={chosen.type}
        onChange={(type) => onChange({ ...chosen, type: TYPES.find((one) => one === type) ?? 'resource', id: null })}
      >
        <Group gap="lg" mt="xs">
          {TYPES.map((type) => (
            <Radio
              key={type}
              value={type}
              label={t(`mapping.subjectType.${type}`)}
              description={t(`mapping.subjectTypeHelp.${type}`)}
            />
          ))}
        </Group>
      </Radio.Group>
      <SearchSelect
        label={t('mapping.field.subject')}
        placeholder={t('mapping.field.subjectPlaceholder')}
        error={error ?? (found.isError ? t('common.failed') : null)}
        chosenText={chosen.id === null ? '' : (current?.name ?? chosen.id)}
        chosenValue={chosen.id === null ? null : valueOf({ source: chosen.source, id: chosen.id })}
        isLoading={found.isFetching || search !== query}
        hasMore={found.hasNextPage}
        emptyText={t('mapping.field.subjectEmpty')}
        onSearch={setSearch}
        onMore={() => void found.fetchNextPage()}
        onChoose={(value) => {
          const subject = items.find((one) => valueOf(one) === value);
          if (subject !== undefined) onChange({ type: chosen.type, source: subject.source, id: subject.id });
        }}
        options={items.map((one) => ({
          value: valueOf(one),
          content: (
            <>
              <Text size="sm">{one.name}</Text>
              <Text size="xs" className="option-detail">
                {[one.id, locationName(one.locationId) ?? '', t('picker.mapped', { count: one.mappings })]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </Text>
            </>
          ),
        }))}
      />
    </Stack>
  );
}

const valueOf = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source}/${id}`;

interface SubjectPage {
  readonly items: readonly Subject[];
  readonly nextCursor: string | null;
}

function useSubjects(type: SubjectType, query: string) {
  return useInfiniteQuery({
    queryKey: ['subjects', type, query],
    queryFn: ({ pageParam }): Promise<SubjectPage> =>
      readSubjects(type, {
        limit: 50,
        ...(query === '' ? {} : { query }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 30_000,
  });
}

function readSubjects(
  type: SubjectType,
  query: { limit: number; query?: string; cursor?: string },
): Promise<SubjectPage> {
  switch (type) {
    case 'resource':
      return unwrap(api.GET('/v1/resources', { params: { query } }));
    case 'plan':
      return unwrap(api.GET('/v1/plans', { params: { query } }));
    case 'pass_type':
      return unwrap(api.GET('/v1/pass-types', { params: { query } }));
  }
}

/** The chosen one by its id: it may stand on no page that was searched. */
function useSubject(chosen: ChosenSubject, items: readonly Subject[]): { readonly name: string } | undefined {
  const onPage = items.find((one) => one.id === chosen.id && one.source === chosen.source);
  const read = useQuery({
    queryKey: ['subjects', chosen],
    queryFn: () => readSubject(chosen),
    enabled: chosen.id !== null && onPage === undefined,
    retry: false,
  });
  return onPage ?? read.data;
}

function readSubject({ type, source, id }: ChosenSubject): Promise<{ readonly name: string }> {
  const params = { path: { id: id ?? '' }, query: { source } };
  switch (type) {
    case 'resource':
      return unwrap(api.GET('/v1/resources/{id}', { params }));
    case 'plan':
      return unwrap(api.GET('/v1/plans/{id}', { params }));
    case 'pass_type':
      return unwrap(api.GET('/v1/pass-types/{id}', { params }));
  }
}
