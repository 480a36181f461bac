import type { Call, Route } from '../http/call';
import { answerList, sitePages } from '../http/paging';
import { findRow, textMatches } from '../http/params';
import { organizationIdOf, organizationOf, presentBase, shortOrganization } from '../http/present';
import { accessDenied, ok, type Reply } from '../http/reply';
import type { PlaceRow } from '../store/rows';
import type { Store } from '../store/store';

function presentPlace(store: Store, row: PlaceRow) {
  return {
    ...presentBase('Place', row),
    name: row.name,
    description: null,
    address: row.address,
    latitude: null,
    longitude: null,
    image: null,
    time_zone: row.timeZone,
    tz_time_zone: row.timeZone,
    locks_count: store.locks.count('place', String(row.id)),
    integrations_count: 0,
    locked_down: false,
    locked_down_since: null,
    occupancy_rate: null,
    organization_id: organizationIdOf(store),
    organization: shortOrganization(organizationOf(store)),
    color: null,
    logo: null,
    user_id: null,
    members_count: 0,
  };
}

function listPlaces(call: Call): Reply {
  const { actor, lists, simulator } = call;
  if (actor.kind === 'group_link') {
    if (simulator.switches.values.group_link_places === 'refused') throw accessDenied();
    return answerList(call, lists.places.all(), sitePages, (row) => ({ id: row.id, name: row.name }));
  }
  if (actor.kind === 'login' && !actor.isAdmin) throw accessDenied();
  const rows = lists.places.all().filter((row) => textMatches(call, [row.name, row.address]));
  return answerList(call, rows, sitePages, (row) => presentPlace(simulator.store, row), { name: (row) => row.name });
}

export const placeRoutes: readonly Route[] = [
  { method: 'get', path: '/places', access: 'door', isList: true, handle: listPlaces },
  {
    method: 'get',
    path: '/places/:id',
    access: 'admin',
    handle: (call) => ok(presentPlace(call.simulator.store, findRow(call, call.simulator.store.places))),
  },
];
