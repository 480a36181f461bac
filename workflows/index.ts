export { bookingAccess } from './booking-access';
export { subscriptionAccess } from './subscription-access';
export { passAccess } from './pass-access';
export { manualAccess } from './manual-access';
export { integrationDisconnect } from './integration-disconnect';
export { memberAccess } from './member-access';
export { doors } from './doors';
export { integrationSweep } from './integration-sweep';
