import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { given, type UrlFilters } from '../../components/url-filters';

const WAIT_MS = 300;
const SHOWN = 50;

/** Finds a resource by its name among any number of them. */
export function ResourceFilter({ filters }: { readonly filters: UrlFilters<'resourceId' | 'source'> }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, WAIT_MS);
  const { resourceId, source } = filters.values;
  const found = useQuery({
    queryKey: ['resources', 'choices', search],
    queryFn: () => unwrap(api.GET('/v1/resources', { params: { query: { limit: SHOWN, ...given('query', search) } } })),
    placeholderData: keepPreviousData,
  });
  const choices = (found.data?.items ?? []).map((one) => ({
    value: JSON.stringify([one.source, one.id]),
    label: one.name,
  }));
  const chosen = resourceId === '' ? null : JSON.stringify([source, resourceId]);
  const isMissing = chosen !== null && !choices.some(({ value }) => value === chosen);
  return (
    <Select
      className="filter"
      aria-label={t('bookings.resource')}
      placeholder={t('bookings.anyResource')}
      data={isMissing ? [{ value: chosen, label: resourceId }, ...choices] : choices}
      value={chosen}
      onChange={(value) => {
        const [chosenSource, id] = readChoice(value);
        filters.set('source', chosenSource);
        filters.set('resourceId', id);
      }}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('list.clearFilters') }}
      onSearchChange={setTyped}
    />
  );
}

function readChoice(value: string | null): readonly [source: string | null, id: string | null] {
  const read: unknown = value === null ? null : JSON.parse(value);
  if (!Array.isArray(read)) return [null, null];
  const [source, id] = read.map(String);
  return [source ?? null, id ?? null];
}
