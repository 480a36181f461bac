import { seedSchema, type Seed } from './seed-schema';

/**
 * The site that the simulator shows without another seed: two places, eight doors, eight groups, three people.
 *
 * The integration's user has two keys, which share one rate limit. Olivia is the operator who does things by hand; Sam works there, and
 * his access was given by Olivia, so it is nobody else's to touch.
 */
export const defaultSeed: Seed = seedSchema.parse({
  organization: { id: 1001, name: 'Harbour Works', domain: 'harbour-works' },
  places: [
    { id: 2001, name: 'Harbour Works London', address: '12 Wharf Lane, London', timeZone: 'Europe/London' },
    { id: 2002, name: 'Harbour Works Berlin', address: 'Uferstrasse 8, Berlin', timeZone: 'Europe/Berlin' },
  ],
  floors: [
    { id: 2101, name: 'Ground floor', placeId: 2001, number: 0 },
    { id: 2102, name: 'First floor', placeId: 2001, number: 1 },
    { id: 2103, name: 'Erdgeschoss', placeId: 2002, number: 0 },
  ],
  locks: [
    { id: 3001, name: 'London Front Door', placeId: 2001, floorId: 2101 },
    { id: 3002, name: 'London Meeting Room Thames', placeId: 2001, floorId: 2102 },
    { id: 3003, name: 'London Meeting Room Lea', placeId: 2001, floorId: 2102 },
    { id: 3004, name: 'London Hot Desks', placeId: 2001, floorId: 2101 },
    { id: 3005, name: 'London Server Room', placeId: 2001 },
    { id: 3006, name: 'Berlin Haustür', placeId: 2002, floorId: 2103 },
    { id: 3007, name: 'Berlin Studio Spree', placeId: 2002 },
    { id: 3008, name: 'Berlin Room 101', placeId: 2002 },
  ],
  groups: [
    { id: 4001, name: 'London front door', placeId: 2001, lockIds: [3001] },
    { id: 4002, name: 'London Thames only', placeId: 2001, lockIds: [3002] },
    { id: 4003, name: 'London members', placeId: 2001, lockIds: [3001, 3004] },
    { id: 4004, name: 'London all doors', placeId: 2001, lockIds: [3001, 3002, 3003, 3004, 3005] },
    { id: 4005, name: 'Berlin front door', placeId: 2002, lockIds: [3006] },
    { id: 4006, name: 'Berlin residents', placeId: 2002, lockIds: [3006, 3008] },
    { id: 4007, name: 'Berlin all doors', placeId: 2002, lockIds: [3006, 3007, 3008] },
    { id: 4008, name: 'Staff everywhere', lockIds: [3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008] },
  ],
  users: [
    {
      id: 5001,
      email: 'integration@harbour-works.example',
      name: 'Access Integration',
      role: 'administrator',
      password: 'simulated-password',
    },
    {
      id: 5002,
      email: 'olivia.operator@harbour-works.example',
      name: 'Olivia Operator',
      role: 'administrator',
      password: 'simulated-password',
    },
    {
      id: 5003,
      email: 'sam.staff@harbour-works.example',
      name: 'Sam Staff',
      password: 'simulated-password',
      assignments: [{ id: 6001, groupId: 4008, createdById: 5002 }],
    },
  ],
  apiKeys: [
    { userId: 5001, secret: 'simulated-key-of-the-integration', name: 'Integration' },
    { userId: 5001, secret: 'simulated-second-key-of-the-integration', name: 'Integration, second key' },
    { userId: 5002, secret: 'simulated-key-of-olivia', name: 'Olivia' },
    { userId: 5003, secret: 'simulated-key-of-sam', name: 'Sam' },
  ],
});
