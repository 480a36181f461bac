import { Prisma } from './generated/client';

/** A timestamptz column or expression as epoch milliseconds (float8, null-safe), whatever the driver makes of dates. */
export function ms(expression: string): Prisma.Sql {
  return Prisma.raw(`(extract(epoch from ${expression}) * 1000)::float8`);
}

/** An instant as a timestamptz parameter; null stays null. */
export function at(instant: number | null): Prisma.Sql {
  return instant === null ? Prisma.sql`null::timestamptz` : Prisma.sql`${new Date(instant).toISOString()}::timestamptz`;
}

/** A JSON value as a jsonb parameter. */
export function json(value: unknown): Prisma.Sql {
  return Prisma.sql`${JSON.stringify(value)}::jsonb`;
}
