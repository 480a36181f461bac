import { NavLink, Text } from '@mantine/core';
import {
  IconBuilding,
  IconCalendarEvent,
  IconDoor,
  IconExternalLink,
  IconGauge,
  IconKey,
  IconMapPin,
  IconPlugConnected,
  IconSettings,
  IconTicket,
  IconUsers,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useSession } from './session';

const SECTIONS = [
  {
    title: null,
    links: [
      { to: '/', text: 'nav.overview', icon: IconGauge },
      { to: '/bookings', text: 'nav.bookings', icon: IconCalendarEvent },
      { to: '/members', text: 'nav.members', icon: IconUsers },
    ],
  },
  {
    title: 'nav.catalogue',
    links: [
      { to: '/resources/access-control-door-mappings', text: 'nav.doorMappings', icon: IconDoor },
      { to: '/resources', text: 'nav.resources', icon: IconBuilding },
      { to: '/plans', text: 'nav.plans', icon: IconTicket },
    ],
  },
  {
    title: 'nav.settings',
    links: [
      { to: '/settings/integrations', text: 'nav.integrations', icon: IconPlugConnected },
      { to: '/settings/locations', text: 'nav.locations', icon: IconMapPin },
      { to: '/settings/api-tokens', text: 'nav.tokens', icon: IconKey },
      { to: '/settings/organization', text: 'nav.organization', icon: IconSettings },
    ],
  },
] as const;

/** The address of the entry that the current page belongs to: the longest that leads to it. */
function currentEntry(path: string): string {
  const all: string[] = SECTIONS.flatMap(({ links }) => links.map(({ to }) => to));
  const leading = all.filter((to) => path === to || (to !== '/' && path.startsWith(`${to}/`)));
  return leading.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** The main navigation; the entry of the current page is marked. */
export function Navigation() {
  const { t } = useTranslation();
  const [path] = useLocation();
  const { temporalUi } = useSession();
  const current = currentEntry(path);
  return (
    <>
      {SECTIONS.map(({ title, links }) => (
        <div key={title ?? ''} className="nav-section">
          {title !== null && (
            <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4}>
              {t(title)}
            </Text>
          )}
          {links.map(({ to, text, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              href={to}
              label={t(text)}
              leftSection={<Icon size={18} aria-hidden />}
              active={to === current}
              aria-current={to === current ? 'page' : undefined}
            />
          ))}
        </div>
      ))}
      {temporalUi !== null && (
        <NavLink
          mt="md"
          component="a"
          href={temporalUi}
          target="_blank"
          rel="noreferrer"
          label={t('nav.workflows')}
          title={t('app.external')}
          leftSection={<IconExternalLink size={18} aria-hidden />}
        />
      )}
    </>
  );
}
