import { AppError } from '../domain/errors';
import type { DeleteResult, Reference } from '../usecases/references';
import type { Answer } from './route';

const WORDS: Readonly<Record<Reference['kind'], readonly [one: string, several: string]>> = {
  door_mapping: ['door mapping', 'door mappings'],
  booking: ['booking that has not ended', 'bookings that have not ended'],
  resource: ['resource', 'resources'],
  plan: ['plan', 'plans'],
  pass_type: ['pass type', 'pass types'],
  integration: ['integration', 'integrations'],
  policy: ['policy', 'policies'],
};

/** What a DELETE may answer, for the documentation. */
export const deletionAnswers = {
  204: { description: 'Deleted.' },
  409: { description: 'Something refers to it; the detail names what.' },
};

/**
 * The answer to a deletion.
 *
 * @param what what was to be deleted, like `resource`
 * @throws AppError not_found, conflict naming what refers to it
 */
export function answerDeletion(what: string, result: DeleteResult): Answer {
  switch (result.kind) {
    case 'deleted':
      return { status: 204, body: null };
    case 'not_found':
      throw new AppError('not_found', `There is no ${what} with this id.`);
    case 'in_use':
      throw new AppError('conflict', `This ${what} is still referred to by ${result.by.map(describe).join(' and ')}.`);
  }
}

function describe({ kind, count, examples }: Reference): string {
  const [one, several] = WORDS[kind];
  return `${count} ${count === 1 ? one : several} (${examples.join(', ')}${count > examples.length ? ', …' : ''})`;
}
