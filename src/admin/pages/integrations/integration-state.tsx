import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StateBadge } from '../../components/state-badge';
import { Time } from '../../components/time';
import type { Integration } from '../doors-shared/api-types';
import { describeClock, describeIntegration } from './integration-view';

/** The state of an integration; since when, where that matters. */
export function IntegrationState({ one }: { readonly one: Integration }) {
  const { t } = useTranslation();
  const { tone, text } = describeIntegration(one);
  const isTroubled = one.status === 'connected' && one.health !== 'ok' && one.healthSince !== null;
  return (
    <div>
      <StateBadge tone={tone}>{t(text)}</StateBadge>
      {isTroubled && one.healthSince !== null && (
        <Text size="xs" c="dimmed">
          {t('integration.column.since')} <Time at={one.healthSince} />
        </Text>
      )}
    </div>
  );
}

/** How far Kisi's clock is from ours, and whether that matters. */
export function ClockText({ offsetMs }: { readonly offsetMs: number }) {
  const { t, i18n } = useTranslation();
  const { isOk, seconds, direction } = describeClock(offsetMs);
  const shown = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(seconds);
  return (
    <Text span size="sm" {...(isOk ? {} : { c: 'var(--mantine-color-error)', fw: 600 })}>
      {t(`integration.clock.${direction}`, { seconds: shown })}
    </Text>
  );
}
