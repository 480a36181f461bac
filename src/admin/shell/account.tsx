import { Button, Menu, Text } from '@mantine/core';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNotify } from '../components/notify';
import { useSession, useSignOut } from './session';

const SCOPES = ['read', 'operate', 'admin', 'events'] as const;

/** Who is signed in, for which organization, what they may do, and the way out. */
export function Account() {
  const { t } = useTranslation();
  const session = useSession();
  const signOut = useSignOut();
  const notify = useNotify();
  const scopes = SCOPES.filter((scope) => session.scopes.includes(scope)).map((scope) => t(`scope.${scope}`));
  return (
    <Menu width={260} position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          px={{ base: 6, sm: 'xs' }}
          leftSection={<IconUserCircle size={18} aria-hidden />}
          className="account"
          aria-label={`${t('session.signedInAs', { name: session.name })}, ${session.organization.name}`}
        >
          <span className="account-name">{session.organization.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} size="sm">
            {session.organization.name}
          </Text>
          <Text size="xs">{t('session.signedInAs', { name: session.name })}</Text>
          <Text size="xs">{t('session.scopes', { scopes: scopes.join(', ') })}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => signOut.mutate(undefined, { onError: notify.failed })}
        >
          {t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
