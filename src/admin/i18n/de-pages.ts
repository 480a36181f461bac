import type { enPages } from './en-pages';

/** Texts of the overview, bookings, catalogue and settings pages. */
export const dePages: Record<keyof typeof enPages, string> = {
  'overview.title': 'Übersicht',
};
