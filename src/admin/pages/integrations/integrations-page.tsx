import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page';

export default function IntegrationsPage() {
  const { t } = useTranslation();
  return <Page title={t('integrations.title')}>{null}</Page>;
}
