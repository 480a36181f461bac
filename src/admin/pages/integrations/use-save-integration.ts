import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ifMatch, unwrap, unwrapTagged, type Tagged } from '../../api/client';
import { isPassing } from '../../api/errors';
import type { Integration } from '../doors-shared/api-types';
import { KEYS } from '../doors-shared/queries';
import { cleanKey, type IntegrationForm } from './integration-view';

interface SaveInput {
  /** Null makes a new one. */
  readonly id: string | null;
  readonly etag: string | null;
  readonly form: IntegrationForm;
  readonly onMade: (id: string) => void;
}

export type SaveStep = 'integration' | 'connection';

/** Says in which of the two steps of saving something went wrong: what came before it is saved. */
export class SaveError extends Error {
  constructor(
    readonly step: SaveStep,
    override readonly cause: unknown,
  ) {
    super('The integration could not be saved.');
  }
}

/**
 * Saves an integration and then, if a key was pasted, its connection. A new one is made once: when only its key was
 * refused, the next attempt goes on with the one that was made.
 */
export function useSaveIntegration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, etag, form, onMade }: SaveInput): Promise<Integration> => {
      const saved = await inStep('integration', () => saveSettings(id, etag, form));
      if (id === null) onMade(saved.data.id);
      const apiKey = cleanKey(form.apiKey);
      if (apiKey === '') return saved.data;
      const baseUrl = form.baseUrl.trim() === '' ? null : form.baseUrl.trim();
      return inStep('connection', () =>
        unwrap(
          api.PUT('/v1/integrations/{id}/connection', {
            params: { path: { id: saved.data.id } },
            body: { apiKey, baseUrl },
          }),
        ),
      );
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: KEYS.integrations }),
        client.invalidateQueries({ queryKey: KEYS.doors }),
        client.invalidateQueries({ queryKey: KEYS.mappings }),
      ]),
  });
}

async function saveSettings(
  id: string | null,
  etag: string | null,
  form: IntegrationForm,
): Promise<Tagged<Integration>> {
  const body = { name: form.name.trim(), mode: form.mode, locationIds: [...form.locationIds] };
  if (id === null) return makeOnce(body);
  const params = { path: { id } };
  return unwrapTagged(api.PUT('/v1/integrations/{id}', { params, body, headers: ifMatch(etag) }));
}

/** Makes it; when the answer was lost, looks whether it is there before anyone makes a second one. */
async function makeOnce(body: Pick<Integration, 'name' | 'mode' | 'locationIds'>): Promise<Tagged<Integration>> {
  const list = () => unwrap(api.GET('/v1/integrations', { params: { query: { limit: 200 } } }));
  const before = new Set((await list()).items.map((one) => one.id));
  try {
    return await unwrapTagged(api.POST('/v1/integrations', { body }));
  } catch (error) {
    if (!isPassing(error)) throw error;
    const found = (await list()).items.find((one) => !before.has(one.id) && one.name === body.name);
    if (found === undefined) throw error;
    return { data: found, etag: null };
  }
}

async function inStep<T>(step: SaveStep, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new SaveError(step, error);
  }
}
