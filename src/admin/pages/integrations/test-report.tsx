import { Alert, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconX, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ConnectionTest } from '../doors-shared/api-types';
import { ClockText } from './integration-state';
import { listRights, type RightRow } from './integration-view';

/** What testing a key came to: whose it is, which organization, which rights it has, and what to do where one is missing. */
export function TestReport({ test }: { readonly test: ConnectionTest }) {
  const { t } = useTranslation();
  return (
    <Alert
      color={test.ok ? 'harbour' : 'red'}
      icon={test.ok ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={test.ok ? t('test.ok') : t('test.notOk')}
      role={test.ok ? 'status' : 'alert'}
    >
      <Stack gap="sm">
        {test.problem !== null && (
          <div>
            <Text size="sm" fw={600}>
              {test.problem.message}
            </Text>
            <Text size="sm">{test.problem.remedy}</Text>
          </div>
        )}
        {(test.user !== null || test.organization !== null) && (
          <Stack gap={2}>
            {test.user !== null && <Fact name={t('test.user')} value={test.user.name ?? String(test.user.id)} />}
            {test.organization !== null && (
              <Fact name={t('test.organization')} value={`${test.organization.name ?? ''} (${test.organization.id})`} />
            )}
            {test.clockOffsetMs !== null && (
              <Group gap={6}>
                <Text size="sm" fw={600}>
                  {t('test.clock')}:
                </Text>
                <ClockText offsetMs={test.clockOffsetMs} />
              </Group>
            )}
            {!test.clockOk && test.clockOffsetMs !== null && <Text size="sm">{t('integration.clock.tooFar')}</Text>}
          </Stack>
        )}
        {hasAnswered(test) && test.rights.length > 0 && (
          <List aria-label={t('test.rights')} listStyleType="none" spacing={4} size="sm" center={false}>
            {listRights(test).map((row) => (
              <Right key={row.right} row={row} />
            ))}
          </List>
        )}
      </Stack>
    </Alert>
  );
}

/** Where Kisi did not answer or did not know the key, no right is missing: none was tried. */
const hasAnswered = ({ problem }: ConnectionTest): boolean =>
  problem?.code !== 'kisi_unreachable' && problem?.code !== 'kisi_key_refused';

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Text size="sm">
      <b>{name}:</b> {value}
    </Text>
  );
}

const SIGNS: Readonly<Record<RightRow['result'], { readonly icon: Icon; readonly color: string }>> = {
  ok: { icon: IconCheck, color: 'harbour' },
  missing: { icon: IconX, color: 'red' },
  not_tried: { icon: IconMinus, color: 'gray' },
};

function Right({ row }: { readonly row: RightRow }) {
  const { t } = useTranslation();
  const { icon: Sign, color } = SIGNS[row.result];
  return (
    <List.Item
      icon={
        <ThemeIcon size={20} radius="xl" color={color} variant="light">
          <Sign size={14} aria-hidden />
        </ThemeIcon>
      }
    >
      <Text size="sm">
        {t(`test.right.${row.right}`)}: <b>{t(`test.result.${row.result}`)}</b>
      </Text>
      {row.result === 'missing' && (
        <>
          {row.message !== null && <Text size="xs">{row.message}</Text>}
          <Text size="xs">{t(`test.remedy.${row.right}`)}</Text>
        </>
      )}
    </List.Item>
  );
}
