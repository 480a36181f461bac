export { bookingAccess } from './booking-access';
export { integrationDisconnect } from './integration-disconnect';
export { memberAccess } from './member-access';
export { doors } from './doors';
