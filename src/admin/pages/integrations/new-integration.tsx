import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useNotify } from '../../components/notify';
import { Page } from '../../components/page';
import { IntegrationEditor } from './integration-editor';

/** Connects a Kisi organization, from nothing. */
export function NewIntegration() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { done } = useNotify();
  return (
    <Page
      title={t('integration.newTitle')}
      text={t('integration.intro')}
      back={{ to: '/settings/integrations', text: t('integration.title') }}
    >
      <Paper withBorder p="md" maw={720}>
        <IntegrationEditor
          stored={null}
          onSaved={(saved) => {
            done(t('integration.save.connected', { name: saved.name }));
            navigate(`/settings/integrations/${saved.id}`);
          }}
        />
      </Paper>
    </Page>
  );
}
