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

/** True where one of the columns contains the text, whatever the case. */
export function contains(columns: readonly string[], text: string): Prisma.Sql {
  const [operator, pattern] = isAscii(text)
    ? [Prisma.sql`ILIKE`, `%${text.replace(/[\\%_]/g, '\\$&')}%`]
    : [Prisma.sql`~*`, toPattern(text)];
  const tests = columns.map((column) => Prisma.sql`${Prisma.raw(column)} ${operator} ${pattern}`);
  return Prisma.sql`(${Prisma.join(tests, ' OR ')})`;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** A database with the locale C knows the two cases of A to Z only, so those of other letters stand in the pattern. */
function toPattern(text: string): string {
  return [...text]
    .map((letter) => {
      if (isAscii(letter)) return /\w/.test(letter) ? letter : `\\${letter}`;
      const cases = [letter.toLowerCase(), letter.toUpperCase()].filter((one) => [...one].length === 1);
      return cases.length === 0 ? letter : `[${cases.join('')}]`;
    })
    .join('');
}

/** All of the conditions that there are. */
export function allOf(conditions: readonly (Prisma.Sql | null)[]): Prisma.Sql {
  const given = conditions.filter((condition) => condition !== null);
  return given.length === 0 ? Prisma.sql`true` : Prisma.join(given, ' AND ');
}
