/**
 * How far Kisi's clock is ahead of ours, from one answer.
 *
 * The `Date` header has whole seconds, so it only bounds the offset; while 0 is possible the clocks count as equal.
 *
 * @returns milliseconds, or null without a readable header
 */
export function estimateOffset(dateHeader: unknown, sentAt: number, receivedAt: number): number | null {
  if (typeof dateHeader !== 'string') return null;
  const date = Date.parse(dateHeader);
  if (Number.isNaN(date)) return null;
  const lowest = date - receivedAt;
  const highest = date + 999 - sentAt;
  if (lowest <= 0 && highest >= 0) return 0;
  return lowest > 0 ? lowest : highest;
}
