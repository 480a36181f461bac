import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow } from '../http/params';
import { parseBody } from '../http/parse-body';
import { presentBase, toTimestampOrNull } from '../http/present';
import { noContent, ok, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import type { IntegrationRow } from '../store/rows';

const changeable = {
  url: z.url({ protocol: /^https?$/ }),
  enabled: z.boolean(),
  enabled_events: z.array(z.string()),
  signature_key: z.string().nullable(),
};
const newSchema = z.object({
  name: z.string().min(1),
  type: z.literal('event_webhook'),
  url: changeable.url,
  enabled: changeable.enabled.default(true),
  enabled_events: changeable.enabled_events.default([]),
  signature_key: changeable.signature_key.default(null),
});
const changeSchema = z.object({ ...changeable, name: z.string().min(1) }).partial();

function presentIntegration(row: IntegrationRow) {
  return {
    ...presentBase('Integration', row),
    name: row.name,
    type: row.type,
    url: row.url,
    enabled: row.enabled,
    enabled_events: row.enabledEvents,
    signature_key: row.signatureKey,
    disabled_due_to_error: row.disabledDueToErrorAt !== null,
    disabled_due_to_error_at: toTimestampOrNull(row.disabledDueToErrorAt),
  };
}

function listIntegrations(call: Call): Reply {
  const enabled = call.query.get('enabled');
  const rows = call.lists.integrations.all().filter((row) => enabled === null || String(row.enabled) === enabled);
  return answerList(call, rows, usualPages, presentIntegration);
}

/** Kisi API, integrations: of type `event_webhook`; deliveries are signed when there is a key. */
function createIntegration(call: Call): Reply {
  const { simulator, actor, now } = call;
  const wanted = parseBody(call, 'integration', newSchema);
  const row = simulator.store.integrations.put({
    id: simulator.store.integrations.nextId(),
    createdAt: now,
    updatedAt: now,
    name: wanted.name,
    type: wanted.type,
    url: wanted.url,
    enabled: wanted.enabled,
    enabledEvents: wanted.enabled_events,
    signatureKey: wanted.signature_key,
    failures: 0,
    disabledDueToErrorAt: null,
  });
  emit(simulator, actor, 'integration.create', { type: 'Integration', id: row.id, name: row.name });
  return ok(presentIntegration(row));
}

/** Enabling one that errors had disabled begins anew. */
function updateIntegration(call: Call): Reply {
  const { simulator, actor, now } = call;
  const before = findRow(call, simulator.store.integrations);
  const wanted = parseBody(call, 'integration', changeSchema);
  simulator.store.integrations.put({
    ...before,
    name: wanted.name ?? before.name,
    url: wanted.url ?? before.url,
    enabled: wanted.enabled ?? before.enabled,
    enabledEvents: wanted.enabled_events ?? before.enabledEvents,
    signatureKey: wanted.signature_key === undefined ? before.signatureKey : wanted.signature_key,
    ...(wanted.enabled === true ? { failures: 0, disabledDueToErrorAt: null } : {}),
    updatedAt: now,
  });
  emit(simulator, actor, 'integration.update', { type: 'Integration', id: before.id, name: before.name });
  return noContent;
}

function deleteIntegration(call: Call): Reply {
  const { simulator, actor } = call;
  const row = findRow(call, simulator.store.integrations);
  simulator.store.integrations.delete(row.id);
  emit(simulator, actor, 'integration.destroy', { type: 'Integration', id: row.id, name: row.name });
  return noContent;
}

export const integrationRoutes: readonly Route[] = [
  { method: 'get', path: '/integrations', access: 'admin', isList: true, handle: listIntegrations },
  { method: 'post', path: '/integrations', access: 'admin', handle: createIntegration },
  {
    method: 'get',
    path: '/integrations/:id',
    access: 'admin',
    handle: (call) => ok(presentIntegration(findRow(call, call.simulator.store.integrations))),
  },
  { method: 'patch', path: '/integrations/:id', access: 'admin', handle: updateIntegration },
  { method: 'delete', path: '/integrations/:id', access: 'admin', handle: deleteIntegration },
];
