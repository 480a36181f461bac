import { z } from 'zod';
import { findHolidayErrors, findHoursErrors, toOpeningHours, WEEKDAYS, type HoursError } from '../domain/opening-hours';
import { USES_COUNTED_BY } from '../domain/decide-pass';
import { label } from './schemas';

/** More is a mistake, and every one of them is a request to Kisi. */
const MOST_DATES = 200;
const MOST_PERIODS = 50;

const time = z.string({ error: 'expected a time of the day, HH:MM' });
const date = z.string({ error: 'expected a date, YYYY-MM-DD' });
const day = z.enum(WEEKDAYS, { error: `expected one of ${WEEKDAYS.join(', ')}` });
const onHolidays = z.enum(['closed', 'as_usual'], { error: 'expected closed or as_usual' });
const list = <Item extends z.ZodType>(item: Item, most: number) =>
  z.array(item, { error: 'expected a list' }).max(most, `expected at most ${most}`);

const period = z.strictObject({ from: time, to: time.describe('Not in it; `24:00` is the end of the day.') });
const hours = z.strictObject({
  weekly: list(z.strictObject({ days: list(day, 7), ...period.shape }), MOST_PERIODS),
  exceptions: list(z.strictObject({ date, periods: list(period, 10) }), MOST_DATES)
    .default([])
    .describe('Dates with hours of their own; without periods: closed.'),
  onHolidays: onHolidays.default('closed').describe('On the holidays of the location.'),
});

/** When a plan or pass type lets in, as it is answered. */
export const openingHoursSchema = z
  .object({
    weekly: z.array(z.object({ days: z.array(day), from: z.string(), to: z.string() })),
    exceptions: z.array(
      z.object({ date: z.string(), periods: z.array(z.object({ from: z.string(), to: z.string() })) }),
    ),
    onHolidays,
  })
  .meta({ id: 'OpeningHours' });

/** Opening hours in a body: what is wrong is named to the field. */
export const openingHoursBody = hours
  .superRefine((given, context) => findHoursErrors(given).forEach((error) => addIssue(context, error)))
  .transform(toOpeningHours)
  .nullable()
  .default(null)
  .describe('When it lets in, in the zone of its location; null: always. A night is two periods.');

/** The holidays of a location in a body, by date. */
export const holidaysBody = list(z.strictObject({ date, name: label }), MOST_DATES)
  .superRefine((given, context) => findHolidayErrors(given).forEach((error) => addIssue(context, error)))
  .transform((given) => [...given].sort((left, right) => left.date.localeCompare(right.date)))
  .default([])
  .describe('Days on which opening hours may be closed.');

function addIssue(context: z.RefinementCtx, { path, message }: HoursError): void {
  context.addIssue({ code: 'custom', path: [...path], message });
}

const timeOfDay = time.regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected a time of the day, HH:MM, or 24:00');

/** When a pass of a type ends. */
export const passEndsSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('given') }),
    z.strictObject({
      type: z.literal('after_hours'),
      hours: z.number({ error: 'expected a number of hours' }).gt(0, 'expected more than 0 hours').max(8_784),
    }),
    z.strictObject({ type: z.literal('at_closing'), time: timeOfDay }),
  ])
  .describe('As its platform says, so many hours after it began, or at this time of its location.');
export const passEndsBody = passEndsSchema.default({ type: 'given' });

export const usesCountedBySchema = z
  .enum(USES_COUNTED_BY, { error: `expected one of ${USES_COUNTED_BY.join(', ')}` })
  .describe('Whether uses are what the platform says, or days with an unlock.');
export const usesCountedByBody = usesCountedBySchema.default('platform');

/** Times of a day need a zone, and the zone is the location's. */
export function needsLocation(
  given: {
    readonly locationId: string | null;
    readonly openingHours: unknown;
    readonly ends?: { readonly type: string };
  },
  context: z.RefinementCtx,
): void {
  if (given.locationId !== null) return;
  const message = 'expected a location too, whose time zone they are in';
  if (given.openingHours !== null) context.addIssue({ code: 'custom', path: ['openingHours'], message });
  if (given.ends?.type === 'at_closing') context.addIssue({ code: 'custom', path: ['ends'], message });
}
