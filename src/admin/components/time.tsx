import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  /** ISO 8601. */
  readonly at: string;
  /** IANA zone of the location; without, the browser's own. */
  readonly zone?: string | null | undefined;
  /** Leaves the zone's name out where it stands beside it already. */
  readonly hideZone?: boolean;
}

const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant in the zone of its location, with the zone; pointing at it shows it in UTC. */
export function Time({ at, zone, hideZone = false }: Props) {
  const { i18n } = useTranslation();
  const timeZone = zone ?? browserZone();
  const instant = new Date(at);
  const text = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return (
    <time dateTime={at} title={instant.toISOString()}>
      {text.format(instant)}
      {!hideZone && (
        <Text span size="xs" c="dimmed">
          {' '}
          {timeZone}
        </Text>
      )}
    </time>
  );
}

/** From and until, half-open; no end is said in words. */
export function TimeRange({
  from,
  until,
  zone,
}: {
  readonly from: string;
  readonly until: string | null;
  readonly zone?: string | null | undefined;
}) {
  const { t } = useTranslation();
  return (
    <span>
      <Time at={from} zone={zone} hideZone /> –{' '}
      {until === null ? t('time.open') : <Time at={until} zone={zone} hideZone />}{' '}
      <Text span size="xs" c="dimmed">
        {zone ?? browserZone()}
      </Text>
    </span>
  );
}
