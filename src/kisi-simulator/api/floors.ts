import type { Call, Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { findRow, idFilter, textMatches } from '../http/params';
import { presentBase } from '../http/present';
import { ok, refuse, type Reply } from '../http/reply';
import type { FloorRow } from '../store/rows';

function presentFloor(row: FloorRow) {
  const { name, description, number, placeId } = row;
  return { ...presentBase('Floor', row), name, description, number, place_id: placeId };
}

/** Kisi API, floors: `place_id` is required. */
function listFloors(call: Call): Reply {
  const placeId = idFilter(call, 'place_id');
  if (placeId === null) throw refuse(400, '000400', 'place_id is missing');
  const rows = call.simulator.store.floors.by('place', String(placeId)).filter((row) => textMatches(call, [row.name]));
  return answerList(call, rows, usualPages, presentFloor, { name: (row) => row.name });
}

export const floorRoutes: readonly Route[] = [
  { method: 'get', path: '/floors', access: 'admin', isList: true, handle: listFloors },
  {
    method: 'get',
    path: '/floors/:id',
    access: 'admin',
    handle: (call) => ok(presentFloor(findRow(call, call.simulator.store.floors))),
  },
];
