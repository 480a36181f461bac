import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from './client';
import type { components } from './schema';

export type Location = components['schemas']['Location'];
export type Resource = components['schemas']['Resource'];
export type Plan = components['schemas']['Plan'];
export type Source = components['schemas']['Source'];
export type BookingState = components['schemas']['BookingState'];
export type ListedMember = components['schemas']['ListedMember'];
export type MemberState = components['schemas']['Member'];
export type MemberEntitlement = components['schemas']['EntitlementOfMember'];
export type TimelineEntry = components['schemas']['TimelineEntry'];
export type ApiToken = components['schemas']['ApiToken'];
export type Overview = components['schemas']['Overview'];
export type Organization = components['schemas']['Organization'];

/** As many as fit into a select; who has more finds them by search on their own pages. */
const MOST = 200;

/** The organization's locations, for selects and names. */
export function useLocations() {
  return useQuery({
    queryKey: ['locations', 'all'],
    queryFn: async () => (await unwrap(api.GET('/v1/locations', { params: { query: { limit: MOST } } }))).items,
    staleTime: 30_000,
  });
}

/** The organization's sources, for selects. */
export function useSources() {
  return useQuery({
    queryKey: ['sources', 'all'],
    queryFn: async () => (await unwrap(api.GET('/v1/sources', { params: { query: { limit: MOST } } }))).items,
    staleTime: 30_000,
  });
}

/** The name of a location, or its id while names are not known. */
export function useLocationName(): (id: string | null) => string | null {
  const { data } = useLocations();
  return (id) => (id === null ? null : (data?.find((location) => location.id === id)?.name ?? id));
}
