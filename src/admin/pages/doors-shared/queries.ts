import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, unwrap, unwrapTagged } from '../../api/client';
import type { DoorMappingBody, PreviewRequest, TargetType } from './api-types';

/** Keys of the queries, so that a change can say what is not true any more. */
export const KEYS = {
  integrations: ['integrations'],
  mappings: ['door-mappings'],
  doors: ['doors'],
  previews: ['previews'],
} as const;

const PROGRESS_MS = 2_000;

/** All integrations; an organization has a handful. Asks again by itself while one is being disconnected. */
export function useIntegrations() {
  return useQuery({
    queryKey: [...KEYS.integrations, 'list'],
    queryFn: () => unwrap(api.GET('/v1/integrations', { params: { query: { limit: 200 } } })),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.status === 'disconnecting') ? PROGRESS_MS : 30_000,
  });
}

/** One integration with its version; progress is followed while it is being disconnected. */
export function useIntegration(id: string | null) {
  return useQuery({
    queryKey: [...KEYS.integrations, id],
    queryFn: () => unwrapTagged(api.GET('/v1/integrations/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.data.status === 'disconnecting' ? PROGRESS_MS : 15_000),
  });
}

export function useDisconnectPreview(id: string, isOpen: boolean) {
  return useQuery({
    queryKey: [...KEYS.integrations, id, 'disconnect-preview'],
    queryFn: () => unwrap(api.GET('/v1/integrations/{id}/connection/disconnect-preview', { params: { path: { id } } })),
    enabled: isOpen,
    staleTime: 0,
  });
}

const DOORS_A_PAGE = 50;

/** Doors or groups of an integration by name, a page at a time: the search is the server's, so 2,000 doors are fine. */
export function useDoors(integrationId: string | null, type: TargetType, query: string, isWanted: boolean) {
  return useInfiniteQuery({
    queryKey: [...KEYS.doors, integrationId, type, query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/integrations/{id}/doors', {
          params: {
            path: { id: integrationId ?? '' },
            query: {
              type,
              limit: DOORS_A_PAGE,
              ...(query === '' ? {} : { query }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    enabled: integrationId !== null && isWanted,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** One door or group by its id; asks Kisi when it is not known yet. An error is told at once, so it can be typed anew. */
export function useDoor(integrationId: string | null, type: TargetType, kisiId: number | null) {
  return useQuery({
    queryKey: [...KEYS.doors, integrationId, type, 'one', kisiId],
    queryFn: () =>
      unwrap(
        api.GET('/v1/integrations/{id}/doors/{type}/{kisiId}', {
          params: { path: { id: integrationId ?? '', type, kisiId: String(kisiId ?? 0) } },
        }),
      ),
    enabled: integrationId !== null && kisiId !== null,
    retry: false,
    staleTime: 30_000,
  });
}

/** One mapping with its version. It is not read again while somebody edits it: a change would be lost unseen. */
export function useMapping(id: string | null) {
  return useQuery({
    queryKey: [...KEYS.mappings, 'one', id],
    queryFn: () => readMapping(id ?? ''),
    enabled: id !== null,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export function readMapping(id: string) {
  return unwrapTagged(api.GET('/v1/door-mappings/{id}', { params: { path: { id } } }));
}

/** Whom a change would touch, counted before it is made. */
export function readPreview(request: PreviewRequest) {
  return unwrap(api.POST('/v1/previews', { body: request }));
}

/** The preview of a mapping while it is edited. @param mapping null while something is missing */
export function usePreview(id: string, mapping: DoorMappingBody | null) {
  return useQuery({
    queryKey: [...KEYS.previews, id, mapping],
    queryFn: () => {
      if (mapping === null) throw new Error('There is nothing to preview.');
      return readPreview({ change: 'save_door_mapping', id, mapping });
    },
    enabled: mapping !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** The first page has no cursor. */
export function firstPage(): string | null {
  return null;
}

/** How many doors are offline, by integration; empty while it is not known. */
export function useDoorsOffline(): ReadonlyMap<string, number> {
  const overview = useOverview();
  return new Map(overview.data?.integrations.map((one) => [one.id, one.doorsOffline]));
}

export function useOverview() {
  return useQuery({ queryKey: ['overview'], queryFn: () => unwrap(api.GET('/v1/overview')), refetchInterval: 30_000 });
}
