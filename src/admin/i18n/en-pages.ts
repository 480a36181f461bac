/** Texts of the overview, bookings, catalogue and settings pages. */
export const enPages = {
  'overview.title': 'Overview',
};
