import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { idField, instantField, parseBody } from '../http/parse-body';
import { presentBase, shortGroup, toTimestampOrNull } from '../http/present';
import { noContent, notFound, ok, unprocessable, unknownEndpoint, type Reply } from '../http/reply';
import { emit } from '../rules/events';
import { sendMail } from '../rules/mails';
import { checkWindow } from '../rules/make-assignment';
import type { GroupLinkRow } from '../store/rows';
import type { Store } from '../store/store';

const newSchema = z.object({
  group_id: idField,
  name: z.string().min(1),
  email: z.email().nullish(),
  phone: z.string().nullish(),
  valid_from: instantField.nullish(),
  valid_until: instantField.nullish(),
  link_enabled: z.boolean().default(true),
  quick_response_code_type: z.enum(['online', 'offline']).nullish(),
});

function presentGroupLink(store: Store, row: GroupLinkRow) {
  return {
    ...presentBase('GroupLink', row),
    name: row.name,
    email: row.email,
    phone: row.phone,
    group_id: row.groupId,
    group: shortGroup(store.groups.get(row.groupId)),
    valid_from: toTimestampOrNull(row.validFrom),
    valid_until: toTimestampOrNull(row.validUntil),
    link_enabled: row.linkEnabled,
    quick_response_code_type: row.quickResponseCodeType,
    issued_by_id: row.issuedById,
  };
}

/** Kisi API, group links: only the answer to the creation (and to reading one) holds the secrets. */
function presentWithSecrets(store: Store, row: GroupLinkRow) {
  const hasCode = row.quickResponseCodeType !== null;
  const token = `QR-${row.secret}`;
  return {
    ...presentGroupLink(store, row),
    secret: row.secret,
    quick_response_code_token: hasCode ? token : null,
    // Not a picture that can be scanned: whoever needs one makes it from the token.
    quick_response_code_image: hasCode ? Buffer.from(token).toString('base64') : null,
  };
}

function listGroupLinks(call: Call): Reply {
  const { lists, simulator } = call;
  const groupId = idFilter(call, 'group_id');
  const rows = lists.groupLinks
    .all()
    .filter((row) => groupId === null || row.groupId === groupId)
    .filter((row) => textMatches(call, [row.name, row.email, row.phone, lists.groups.get(row.groupId)?.name]));
  return answerList(call, rows, usualPages, (row) => presentGroupLink(simulator.store, row), {
    name: (row) => row.name,
    valid_until: (row) => String(row.validUntil ?? Number.MAX_SAFE_INTEGER).padStart(16, '0'),
    group_name: (row) => lists.groups.get(row.groupId)?.name ?? '',
  });
}

/** Kisi API, group links: with an address, Kisi itself mails the link. Two links may be equal in all but the secret. */
function createGroupLink(call: Call): Reply {
  const { simulator, actor, now } = call;
  const { store, switches } = simulator;
  const wanted = parseBody(call, 'group_link', newSchema);
  const group = store.groups.get(wanted.group_id);
  if (group === undefined) {
    throw switches.values.unknown_reference === 'not_found' ? notFound() : unprocessable({ group: ['must exist'] });
  }
  const window = { validFrom: wanted.valid_from ?? null, validUntil: wanted.valid_until ?? null };
  checkWindow({ targetType: 'Group', ...window });
  const row = store.groupLinks.put({
    id: store.groupLinks.nextId(),
    createdAt: now,
    updatedAt: now,
    groupId: group.id,
    name: wanted.name,
    email: wanted.email ?? null,
    phone: wanted.phone ?? null,
    ...window,
    linkEnabled: wanted.link_enabled,
    quickResponseCodeType: wanted.quick_response_code_type ?? null,
    secret: randomBytes(16).toString('hex'),
    issuedById: actor.kind === 'login' ? actor.user.id : null,
  });
  emit(simulator, actor, 'group_link.create', { type: 'GroupLink', id: row.id, name: row.name });
  if (row.email !== null)
    sendMail(simulator, 'link', row.email, `Your link to ${group.name}: grouplinks/${row.secret}`);
  return ok(presentWithSecrets(store, row));
}

function readGroupLink(call: Call): Reply {
  const { store, switches } = call.simulator;
  if (switches.values.group_link_item === 'not_found') return unknownEndpoint;
  return ok(presentWithSecrets(store, findRow(call, store.groupLinks)));
}

function deleteGroupLink(call: Call): Reply {
  const { simulator, actor } = call;
  const row = findRow(call, simulator.store.groupLinks);
  simulator.store.groupLinks.delete(row.id);
  emit(simulator, actor, 'group_link.destroy', { type: 'GroupLink', id: row.id, name: row.name });
  return noContent;
}

export const groupLinkRoutes: readonly Route[] = [
  { method: 'get', path: '/group_links', access: 'admin', isList: true, handle: listGroupLinks },
  { method: 'post', path: '/group_links', access: 'admin', handle: createGroupLink },
  { method: 'get', path: '/group_links/:id', access: 'admin', handle: readGroupLink },
  { method: 'delete', path: '/group_links/:id', access: 'admin', handle: deleteGroupLink },
];
