import { Button, Collapse, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import type { TargetType } from '../doors-shared/api-types';
import { useDoor } from '../doors-shared/queries';
import { useSlow } from '../doors-shared/use-slow';
import type { PickedDoor } from './door-picker';
import { readTypedId } from './mapping-form';

interface Props {
  readonly integrationId: string;
  readonly type: TargetType;
  readonly onChoose: (door: PickedDoor) => void;
}

const WAIT_MS = 400;

/** For those who know the number: it is checked at Kisi at once, and can be used unchecked while Kisi does not answer. */
export function TypedDoor({ integrationId, type, onChoose }: Props) {
  const { t } = useTranslation();
  const [isOpen, { toggle }] = useDisclosure();
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, WAIT_MS);
  const id = readTypedId(settled);
  const door = useDoor(integrationId, type, isOpen ? id : null);
  const isSlow = useSlow(door.isFetching);
  const isMissing = door.error instanceof ApiError && door.error.status === 404;
  const isUnknown = door.isError && !isMissing;
  useChooseOnce(door.data, onChoose);
  const error = (): string | null => {
    if (settled.trim() !== '' && id === null) return t('picker.byHandWrong');
    if (id !== null && isMissing)
      return t(type === 'lock' ? 'picker.byHandMissingLock' : 'picker.byHandMissingGroup', { id });
    return null;
  };
  return (
    <div>
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isOpen} aria-controls="typed-door">
        {t('picker.byHand')}
      </Button>
      <Collapse expanded={isOpen} id="typed-door">
        <Stack gap="xs" mt="xs">
          <TextInput
            label={t('picker.byHandLabel')}
            description={t('picker.byHandHelp')}
            inputMode="numeric"
            autoComplete="off"
            maw={260}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={error()}
          />
          <Text size="sm" role="status">
            {door.isFetching && (isSlow ? t('common.kisiSlow') : t('picker.byHandChecking'))}
            {door.data !== undefined && !door.isFetching && `✓ ${door.data.name}`}
          </Text>
          {isUnknown && id !== null && (
            <>
              <Text size="sm">{t('picker.unreachable')}</Text>
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => onChoose({ type, id, name: `${t(`mapping.targetType.${type}`)} ${id}` })}
                >
                  {t('picker.byHandUse')}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Collapse>
    </div>
  );
}

/** A typed id that exists is chosen without another click; once, so that a later choice stays. */
function useChooseOnce(door: PickedDoor | undefined, onChoose: (door: PickedDoor) => void): void {
  const told = useRef<number | null>(null);
  useEffect(() => {
    if (door === undefined) {
      told.current = null;
      return;
    }
    if (told.current === door.id) return;
    told.current = door.id;
    onChoose(door);
  }, [door, onChoose]);
}
