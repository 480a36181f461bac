import { Alert, Button, Collapse, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { StateBadge, type Tone } from '../../components/state-badge';
import { TimeRange } from '../../components/time';
import type { AccessTimes, Preview, PreviewedPerson } from '../doors-shared/api-types';
import { describePreview } from './mapping-view';

const COLORS: Readonly<Record<Tone, string>> = {
  good: 'harbour',
  busy: 'blue',
  wait: 'yellow',
  bad: 'red',
  quiet: 'gray',
};
const EFFECT_TONES: Readonly<Record<PreviewedPerson['effect'], Tone>> = { gain: 'good', lose: 'bad', change: 'busy' };

/** Whom a change touches, the most important first, and by name when asked. */
export function PreviewPanel({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation();
  const [isOpen, { toggle }] = useDisclosure();
  const { tone, lines } = describePreview(preview);
  return (
    <Alert color={COLORS[tone]} title={t('preview.title')} role="status">
      <Stack gap={4}>
        {lines.length === 0 && <Text size="sm">{t('preview.nobody')}</Text>}
        {lines.map(({ text, count }) => (
          <Text key={text} size="sm" fw={text === 'preview.insideNowLosing' ? 700 : 400}>
            {t(text, { count })}
          </Text>
        ))}
        {preview.unaffected > 0 && (
          <Text size="sm" c="dimmed">
            {t('preview.unaffected', { count: preview.unaffected })}
          </Text>
        )}
        {preview.people.length > 0 && (
          <>
            <Group>
              <Button variant="default" size="compact-sm" onClick={toggle} aria-expanded={isOpen}>
                {isOpen ? t('preview.hide') : t('preview.show')}
              </Button>
            </Group>
            <Collapse expanded={isOpen}>
              <People preview={preview} />
            </Collapse>
          </>
        )}
      </Stack>
    </Alert>
  );
}

function People({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation();
  return (
    <div style={{ maxHeight: 320, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('preview.title')}>
      <Table withRowBorders verticalSpacing={6}>
        <Table.Tbody>
          {preview.people.map((person) => (
            <Table.Tr key={person.memberId}>
              <Table.Td>
                <Group gap="xs">
                  <Text size="sm" fw={600}>
                    {person.memberName ?? person.memberId}
                  </Text>
                  <StateBadge tone={EFFECT_TONES[person.effect]}>{t(`preview.effect.${person.effect}`)}</StateBadge>
                  {person.isInsideNow && <StateBadge tone="bad">{t('preview.insideNow')}</StateBadge>}
                </Group>
                {person.groups.map((group) => (
                  <Text key={`${group.integrationId} ${group.groupId ?? group.name ?? ''}`} size="xs" component="div">
                    {group.name ?? group.groupId ?? '–'}: {t('preview.before')} <Window times={group.before} />,{' '}
                    {t('preview.after')} <Window times={group.after} />
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {preview.more > 0 && (
        <Text size="sm" p="xs">
          {t('preview.more', { count: preview.more })}
        </Text>
      )}
    </div>
  );
}

function Window({ times }: { readonly times: AccessTimes | null }) {
  const { t } = useTranslation();
  return times === null ? <>{t('preview.noAccess')}</> : <TimeRange from={times.from} until={times.until} />;
}
