import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Page } from '../components/page';

/** For addresses that lead nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('app.notFound.title')}>
      <Text>{t('app.notFound.text')}</Text>
      <Group>
        <Button component={Link} href="/">
          {t('app.notFound.home')}
        </Button>
      </Group>
    </Page>
  );
}
