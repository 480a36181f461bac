import type { Route } from '../http/call';
import { eventSetRoutes } from './event-sets';
import { floorRoutes } from './floors';
import { groupLinkRoutes } from './group-links';
import { groupLockRoutes } from './group-locks';
import { groupRoutes } from './groups';
import { guestRoutes } from './guests';
import { integrationRoutes } from './integrations';
import { inviteRoutes } from './invites';
import { lockRoutes } from './locks';
import { loginRoutes } from './logins';
import { meRoutes } from './me';
import { organizationRoutes } from './organizations';
import { placeRoutes } from './places';
import { roleAssignmentRoutes } from './role-assignments';
import { roleRoutes } from './roles';
import { scheduleRoutes } from './schedules';
import { userRoutes } from './users';

/** Every route of Kisi's API that is simulated, the busiest first. */
export const apiRoutes: readonly Route[] = [
  ...roleAssignmentRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...groupLockRoutes,
  ...scheduleRoutes,
  ...lockRoutes,
  ...placeRoutes,
  ...floorRoutes,
  ...meRoutes,
  ...loginRoutes,
  ...organizationRoutes,
  ...roleRoutes,
  ...groupLinkRoutes,
  ...inviteRoutes,
  ...guestRoutes,
  ...integrationRoutes,
  ...eventSetRoutes,
];
