import type { enDoors } from './en-doors';

/** Texts of the integration and door mapping pages. */
export const deDoors: Record<keyof typeof enDoors, string> = {
  'integrations.title': 'Integrationen',
  'doorMappings.title': 'Türzuordnungen',
};
