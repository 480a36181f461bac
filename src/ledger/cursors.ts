import type { z } from 'zod';
import { AppError } from '../domain/errors';

/** The parts of a cursor that was made with JSON. @throws AppError for one that is not ours */
export function readCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(cursor));
  if (parsed.success) return parsed.data;
  const field = { field: 'cursor', message: 'the nextCursor of an earlier answer' };
  throw new AppError('invalid_request', 'The cursor is not one of ours.', { fields: [field] });
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return null;
  }
}
