import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BookingState } from '../../api/catalogue';
import { StateBadge } from '../../components/state-badge';
import { TimeRange } from '../../components/time';
import { DOOR_TONES } from './state';

/** Each door of a booking, how far it is, and what is in its way. */
export function BookingDoors({ booking: { doors, timeZone } }: { readonly booking: BookingState }) {
  const { t } = useTranslation();
  if (doors.length === 0) return <Text c="dimmed">{t('booking.noDoors')}</Text>;
  return (
    <Stack gap="sm" component="ul" className="doors">
      {doors.map((door) => (
        <li key={`${door.integrationId} ${door.groupId} ${door.personId} ${door.from}`}>
          <Group justify="space-between" gap="xs" wrap="wrap">
            <div>
              <Text fw={600} size="sm">
                {door.names.length === 0 ? t('booking.group', { id: door.groupId }) : door.names.join(', ')}
              </Text>
              <Text size="sm">
                <TimeRange from={door.from} until={door.until} zone={timeZone} />
              </Text>
              {door.problem !== null && <Text size="sm">{t(`problem.${door.problem}.message`)}</Text>}
            </div>
            <StateBadge tone={DOOR_TONES[door.state]}>{t(`doorState.${door.state}`)}</StateBadge>
          </Group>
        </li>
      ))}
    </Stack>
  );
}
