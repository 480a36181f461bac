import { z } from 'zod';
import type { FactOutcome } from '../usecases/subject-facts';
import type { Answer } from './route';

/** What every answer to a fact holds. */
export const factReceiptShape = {
  id: z.string(),
  source: z.string(),
  result: z.enum(['applied', 'stale', 'duplicate']),
  ignored: z.literal('stale').optional().describe('A newer version is known; the fact was stored and does not count.'),
  url: z.string(),
};

/** The descriptions of the answers to a fact. */
export function factAnswers(schema: z.ZodType) {
  return {
    202: { description: 'Stored; no crash can lose it. Access follows within seconds.', schema },
    200: { description: 'Known already, or older than what is known.', schema },
  };
}

/** The answer to a fact: where to look for what became of it. */
export function answerFact(
  path: string,
  id: string,
  source: string,
  { result, ...more }: { readonly result: FactOutcome; readonly [key: string]: unknown },
): Answer {
  const url = `${path}/${encodeURIComponent(id)}?source=${source}`;
  const ignored = result === 'stale' ? { ignored: 'stale' } : {};
  return {
    status: result === 'applied' ? 202 : 200,
    body: { id, source, result, ...ignored, url, ...more },
    headers: { Location: url },
  };
}
