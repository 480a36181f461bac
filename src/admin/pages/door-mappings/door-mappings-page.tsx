import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page';

export default function DoorMappingsPage() {
  const { t } = useTranslation();
  return <Page title={t('doorMappings.title')}>{null}</Page>;
}
