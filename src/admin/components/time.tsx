import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Writes times as the browser's own locale does, as far as it is the page's language: en-GB says 25 Nov and 14:00. */
function useTimeFormat(timeZone: string): Intl.DateTimeFormat {
  const { i18n } = useTranslation();
  const own = navigator.languages.find((language) => language.split('-')[0] === i18n.language);
  return new Intl.DateTimeFormat(own ?? i18n.language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
}

function Zone({ children }: { readonly children: string }) {
  return (
    <Text span size="xs" c="dimmed">
      {' '}
      {children}
    </Text>
  );
}

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** IANA zone of the location; without, the browser's own. */
  readonly zone?: string | null | undefined;
}

/** An instant in the zone of its location, with the zone; pointing at it shows it in UTC. */
export function Time({ at, zone }: TimeProps) {
  const timeZone = zone ?? browserZone();
  const format = useTimeFormat(timeZone);
  const instant = new Date(at);
  return (
    <time dateTime={at} title={instant.toISOString()}>
      {format.format(instant)}
      <Zone>{timeZone}</Zone>
    </time>
  );
}

interface TimeRangeProps {
  readonly from: string;
  readonly until: string | null;
  readonly zone?: string | null | undefined;
}

/** From and until, half-open, with the zone; a day that both share is said once, and no end is said in words. */
export function TimeRange({ from, until, zone }: TimeRangeProps) {
  const { t } = useTranslation();
  const timeZone = zone ?? browserZone();
  const format = useTimeFormat(timeZone);
  const [start, end] = [new Date(from), until === null ? null : new Date(until)];
  return (
    <span title={`${start.toISOString()} – ${end?.toISOString() ?? ''}`}>
      {end === null ? `${format.format(start)} – ${t('time.open')}` : format.formatRange(start, end)}
      <Zone>{timeZone}</Zone>
    </span>
  );
}
