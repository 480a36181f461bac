import type { Route } from '../http/call';
import { answerList, usualPages } from '../http/paging';
import { roles } from '../rules/roles';

export const roleRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/roles',
    access: 'user',
    isList: true,
    handle: (call) => {
      const rows = roles.map((role, index) => ({ role, id: index + 1 }));
      return answerList(call, rows, usualPages, ({ role }) => ({
        id: role.id,
        applies_to: role.appliesTo,
        name: role.name,
        description: role.description,
        custom: false,
        custom_role_id: null,
        permissions: { unlock: role.canUnlock, manage: role.id !== 'group_basic' },
      }));
    },
  },
];
