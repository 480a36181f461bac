export { bookingAccess } from './booking-access';
export { memberAccess } from './member-access';
