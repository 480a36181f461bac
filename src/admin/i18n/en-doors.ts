/** Texts of the integration and door mapping pages. */
export const enDoors = {
  'integrations.title': 'Integrations',
  'doorMappings.title': 'Door mappings',
};
