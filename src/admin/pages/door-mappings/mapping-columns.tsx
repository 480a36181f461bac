import { Anchor, Text } from '@mantine/core';
import { IconDoor, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Column } from '../../components/data-list';
import { StateBadge } from '../../components/state-badge';
import type { DoorMapping } from '../doors-shared/api-types';
import { useIntegrations } from '../doors-shared/queries';
import { describeMapping } from './mapping-view';

/** What a row of the list says: for what, which door, where, whether it works and what to do. */
export function useMappingColumns(): readonly Column<DoorMapping>[] {
  const { t } = useTranslation();
  const integrations = useIntegrations();
  const nameOf = (id: string): string => integrations.data?.items.find((one) => one.id === id)?.name ?? id;
  return [
    {
      id: 'subject',
      title: t('mapping.column.subject'),
      isPrimary: true,
      cell: (one) => (
        <>
          <Anchor
            component={Link}
            href={`/resources/access-control-door-mappings/${encodeURIComponent(one.id)}`}
            fw={600}
          >
            {one.subject.name ?? one.subject.id}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t(`mapping.subjectType.${one.subject.type}`)} · {one.subject.id}
          </Text>
        </>
      ),
    },
    { id: 'door', title: t('mapping.column.door'), cell: (one) => <Target one={one} /> },
    {
      id: 'place',
      title: t('mapping.column.place'),
      cell: (one) => (one.placeName === null ? null : <Text size="sm">{one.placeName}</Text>),
    },
    {
      id: 'online',
      title: t('mapping.column.online'),
      cell: (one) => (one.isOnline === null ? null : <Online isOnline={one.isOnline} />),
    },
    {
      id: 'integration',
      title: t('mapping.column.integration'),
      cell: (one) => <Text size="sm">{nameOf(one.integrationId)}</Text>,
    },
    { id: 'state', title: t('mapping.column.state'), cell: (one) => <State one={one} /> },
  ];
}

function Target({ one }: { readonly one: DoorMapping }) {
  const { t } = useTranslation();
  const Sign = one.target.type === 'lock' ? IconDoor : IconStack2;
  return (
    <>
      <Text size="sm" component="span">
        <Sign size={16} aria-hidden style={{ verticalAlign: '-3px', marginInlineEnd: 4 }} />
        {one.name}
      </Text>
      <Text size="xs" c="dimmed">
        {t(`mapping.targetType.${one.target.type}`)} {one.target.id}
        {one.targetName !== null && one.targetName !== one.name ? ` · ${one.targetName}` : ''}
      </Text>
    </>
  );
}

function Online({ isOnline }: { readonly isOnline: boolean }) {
  const { t } = useTranslation();
  return isOnline ? (
    <Text size="sm">{t('mapping.online.yes')}</Text>
  ) : (
    <StateBadge tone="bad">{t('mapping.online.no')}</StateBadge>
  );
}

function State({ one }: { readonly one: DoorMapping }) {
  const { t } = useTranslation();
  const { tone, text, remedy } = describeMapping(one);
  return (
    <>
      <StateBadge tone={tone}>{t(text)}</StateBadge>
      {remedy !== null && (
        <Text size="xs" c="dimmed" maw={280} mt={2}>
          {t(remedy)}
        </Text>
      )}
    </>
  );
}
