import { Anchor, Group, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Overview } from '../../api/catalogue';
import { MAPPINGS } from '../../components/door-count';

type Steps = Overview['firstSteps'];

const STEPS = [
  { name: 'location', is: 'hasLocation', to: '/settings/locations' },
  { name: 'integration', is: 'hasIntegration', to: '/settings/integrations' },
  { name: 'connection', is: 'hasConnection', to: '/settings/integrations' },
  { name: 'resource', is: 'hasResource', to: '/resources' },
  { name: 'mapping', is: 'hasMapping', to: MAPPINGS },
  { name: 'booking', is: 'hasBooking', to: '/bookings' },
  { name: 'active', is: 'hasActive', to: '/bookings' },
] as const satisfies readonly { name: string; is: keyof Steps; to: string }[];

/** Whether a door has once been opened from here: then nobody is a newcomer any more. */
export const isThrough = (steps: Steps): boolean => STEPS.every(({ is }) => steps[is]);

/** The way from nothing to the first opened door. */
export function FirstSteps({ steps }: { readonly steps: Steps }) {
  const { t } = useTranslation();
  const done = STEPS.filter(({ is }) => steps[is]).length;
  const next = STEPS.find(({ is }) => !steps[is]);
  return (
    <Paper component="section" withBorder p={{ base: 'md', sm: 'lg' }}>
      <Title order={2} size="h4">
        {t('overview.first')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('overview.firstText', { done, total: STEPS.length })}
      </Text>
      <Stack component="ol" gap="sm" className="doors">
        {STEPS.map(({ name, is, to }) => (
          <li key={name} aria-current={name === next?.name ? 'step' : undefined}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              {steps[is] ? (
                <IconCircleCheckFilled size={22} aria-hidden className="step-done" />
              ) : (
                <IconCircle size={22} aria-hidden className="step-open" />
              )}
              <div>
                <Anchor component={Link} href={to} fw={name === next?.name ? 700 : 500}>
                  {t(`overview.step.${name}`)}
                </Anchor>
                <VisuallyHidden> ({t(steps[is] ? 'overview.step.done' : 'overview.step.open')})</VisuallyHidden>
                <Text size="sm" c="dimmed">
                  {t(`overview.step.${name}Text`)}
                </Text>
              </div>
            </Group>
          </li>
        ))}
      </Stack>
    </Paper>
  );
}
