import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { Account } from './account';
import { LanguageSwitch } from './language-switch';
import { Logo } from './logo';
import { Navigation } from './navigation';
import { ThemeSwitch } from './theme-switch';
import { Unreachable } from './unreachable';

/** The frame of every page: header, navigation (behind a button on small screens) and the content. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure();
  const main = useFocusOnNewPage(close);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 250, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('app.menu')}
              aria-expanded={isOpen}
              aria-controls="navigation"
            />
            <Logo isShort />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageSwitch />
            <ThemeSwitch />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar id="navigation" aria-label={t('app.navigation')}>
        <AppShell.Section grow component={ScrollArea} p="sm">
          <Navigation />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1} className="content">
        <Unreachable />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

/** After a link was followed, the keyboard goes on in the new page and the menu is out of the way. */
function useFocusOnNewPage(onNewPage: () => void) {
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    onNewPage();
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path, onNewPage]);
  return main;
}
