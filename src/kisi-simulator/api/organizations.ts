import type { Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { presentBase } from '../http/present';

export const organizationRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/organizations',
    access: 'user',
    isList: true,
    handle: (call) =>
      answerList(call, call.simulator.store.organizations.all(), usualPages, (row) => ({
        ...presentBase('Organization', row),
        name: row.name,
        domain: row.domain,
      })),
  },
];
