import { Group, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StateBadge } from '../../components/state-badge';
import type { KisiDoor } from '../doors-shared/api-types';
import { describeWhere } from './mapping-view';

interface Props {
  readonly door: KisiDoor;
  readonly isChosen?: boolean;
}

/** A door or group in the picker: name, place, floor, whether it is online, and how much hangs on it. */
export function DoorLine({ door, isChosen = false }: Props) {
  const { t } = useTranslation();
  const where = describeWhere(door);
  const facts = [
    where,
    door.type === 'group' && door.doorCount !== null ? t('picker.groupOpens', { count: door.doorCount }) : '',
    door.mappings > 0 ? t('picker.mapped', { count: door.mappings }) : '',
    `Id ${door.id}`,
  ].filter((fact) => fact !== '');
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
      <div style={{ minWidth: 0 }}>
        {!isChosen && <Text size="sm">{door.name}</Text>}
        <Text size="xs" className="option-detail">
          {isChosen && <IconCheck size={14} aria-hidden style={{ verticalAlign: '-2px', marginInlineEnd: 4 }} />}
          {facts.join(' · ')}
        </Text>
      </div>
      {door.isOnline !== null && (
        <StateBadge tone={door.isOnline ? 'good' : 'bad'}>
          {t(door.isOnline ? 'picker.online' : 'picker.offline')}
        </StateBadge>
      )}
    </Group>
  );
}
