import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { DateTime } from 'luxon';
import { z } from 'zod';

const whole = z.coerce.number().int().min(0);

const rowSchema = z.object({
  row: z.string().min(1),
  lead_time: whole,
  arrival_date_year: whole,
  arrival_date_month: z.string(),
  arrival_date_day_of_month: whole,
  stays_in_weekend_nights: whole,
  stays_in_week_nights: whole,
  reserved_room_type: z.string().min(1),
  assigned_room_type: z.string().min(1),
  booking_changes: whole,
  deposit_type: z.enum(['No Deposit', 'Non Refund', 'Refundable']),
  reservation_status: z.enum(['Canceled', 'Check-Out', 'No-Show']),
  reservation_status_date: z.string(),
});

/** One booking of the export. Instants in epoch milliseconds, as they really were. */
export interface ExportedBooking {
  readonly row: string;
  readonly madeAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reservedRoom: string;
  readonly assignedRoom: string;
  readonly changes: number;
  readonly deposit: 'No Deposit' | 'Non Refund' | 'Refundable';
  readonly outcome: 'Canceled' | 'Check-Out' | 'No-Show';
  readonly statusAt: number;
}

export const ZONE = 'Europe/Lisbon';
/** Longer leads say nothing more about doors and would only make the rehearsal long. */
const LONGEST_LEAD_DAYS = 14;

/**
 * Reads a bookings export: a stay runs from 15:00 on the arrival day to 11:00 on the day it ends, a stay of zero nights from
 * 09:00 to 18:00.
 *
 * @throws Error that names the line and the column
 */
export function readExport(file: string, limit: number): ExportedBooking[] {
  const records: unknown[] = parse(readFileSync(file), { columns: true, skip_empty_lines: true, to: limit, bom: true });
  return records.map((record, index) => {
    const parsed = rowSchema.safeParse(record);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(
        `${file}, line ${index + 2}, column ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'is wrong'}`,
      );
    }
    return toBooking(parsed.data);
  });
}

function toBooking(row: z.output<typeof rowSchema>): ExportedBooking {
  const text = `${row.arrival_date_day_of_month} ${row.arrival_date_month} ${row.arrival_date_year}`;
  const arrival = DateTime.fromFormat(text, 'd MMMM yyyy', { zone: ZONE, locale: 'en' });
  const nights = row.stays_in_weekend_nights + row.stays_in_week_nights;
  const status = DateTime.fromFormat(row.reservation_status_date, 'M/d/yyyy', { zone: ZONE });
  return {
    row: row.row,
    madeAt: arrival
      .minus({ days: Math.min(row.lead_time, LONGEST_LEAD_DAYS) })
      .set({ hour: 8 })
      .toMillis(),
    startsAt: arrival.set({ hour: nights === 0 ? 9 : 15 }).toMillis(),
    endsAt: arrival
      .plus({ days: nights })
      .set({ hour: nights === 0 ? 18 : 11 })
      .toMillis(),
    reservedRoom: row.reserved_room_type,
    assignedRoom: row.assigned_room_type,
    changes: row.booking_changes,
    deposit: row.deposit_type,
    outcome: row.reservation_status,
    statusAt: status.set({ hour: 12 }).toMillis(),
  };
}
