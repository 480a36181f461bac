import type { SaveResult } from '../../usecases/catalogue';
import { wrongField } from '../problems';
import { flag, searchText, slug } from '../schemas';

/** How lists of resources, plans and pass types are narrowed. */
export const subjectQuery = {
  source: slug.optional(),
  locationId: slug.optional(),
  mapped: flag.describe('Whether a door mapping that is switched on refers to it.'),
  query: searchText.describe('A part of the name or the id.'),
};

/** @throws AppError naming the field whose id is of nothing that exists */
export function refuseUnsaved(result: SaveResult): void {
  if (result === 'unknown_location') throw wrongField('locationId', 'expected the id of a location that exists');
  if (result === 'unknown_source') throw wrongField('source', 'expected the id of a source that exists');
}
