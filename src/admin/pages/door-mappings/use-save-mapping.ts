import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ifMatch, unwrap } from '../../api/client';
import type { DoorMappingBody } from '../doors-shared/api-types';
import { KEYS } from '../doors-shared/queries';

interface SaveInput {
  readonly body: DoorMappingBody;
  /** The version it was read with; null for a new one. */
  readonly etag: string | null;
}

/** Saves a mapping; with its version, so that nobody's change is overwritten unseen. */
export function useSaveMapping(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, etag }: SaveInput) =>
      unwrap(api.PUT('/v1/door-mappings/{id}', { params: { path: { id } }, body, headers: ifMatch(etag) })),
    onSuccess: () => forgetMappings(client),
  });
}

/** After a change: lists, counts and previews are read again. */
export function forgetMappings(client: ReturnType<typeof useQueryClient>): Promise<unknown> {
  client.removeQueries({ queryKey: [...KEYS.mappings, 'one'], type: 'inactive' });
  return Promise.all([
    client.invalidateQueries({ queryKey: [...KEYS.mappings, 'list'] }),
    client.invalidateQueries({ queryKey: KEYS.doors }),
    client.invalidateQueries({ queryKey: KEYS.previews, refetchType: 'none' }),
    client.invalidateQueries({ queryKey: ['overview'] }),
    client.invalidateQueries({ queryKey: ['subjects'] }),
  ]);
}
