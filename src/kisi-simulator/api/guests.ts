import { z } from 'zod';
import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, textMatches } from '../http/params';
import { parseBody } from '../http/parse-body';
import { presentBase } from '../http/present';
import { noContent, ok, type Reply } from '../http/reply';
import { makeGuest } from '../rules/make-guest';
import { removeGuest } from '../rules/remove';
import type { GuestRow } from '../store/rows';

const newSchema = z.object({
  name: z.string().min(1),
  email: z.email().nullish(),
  phone_number: z.string().nullish(),
});

export function presentGuest(row: GuestRow) {
  return { ...presentBase('Guest', row), name: row.name, email: row.email, phone_number: row.phoneNumber };
}

/** Kisi API, guests: `query` searches names only, and there is no filter by address. */
function listGuests(call: Call): Reply {
  const rows = call.lists.guests.all().filter((row) => textMatches(call, [row.name]));
  return answerList(call, rows, usualPages, presentGuest, { name: (row) => row.name });
}

function createGuest(call: Call): Reply {
  const { name, email, phone_number: phoneNumber } = parseBody(call, 'guest', newSchema);
  const wanted = { name, email: email ?? null, phoneNumber: phoneNumber ?? null };
  return ok(presentGuest(makeGuest(call.simulator, call.actor, wanted)));
}

function deleteGuest(call: Call): Reply {
  removeGuest(call.simulator, call.actor, findRow(call, call.simulator.store.guests));
  return noContent;
}

export const guestRoutes: readonly Route[] = [
  { method: 'get', path: '/guests', access: 'admin', isList: true, handle: listGuests },
  { method: 'post', path: '/guests', access: 'admin', handle: createGuest },
  {
    method: 'get',
    path: '/guests/:id',
    access: 'admin',
    handle: (call) => ok(presentGuest(findRow(call, call.simulator.store.guests))),
  },
  { method: 'delete', path: '/guests/:id', access: 'admin', handle: deleteGuest },
];
