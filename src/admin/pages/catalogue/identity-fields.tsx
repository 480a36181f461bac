import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSources } from '../../api/catalogue';
import type { Fields } from '../../components/form';

interface Props {
  readonly isNew: boolean;
  readonly fields: Pick<Fields<{ id: string; source: string }>, 'text' | 'values'>;
}

/** Which thing of which booking platform this is; fixed once it is made. */
export function IdentityFields({ isNew, fields }: Props) {
  const { t } = useTranslation();
  const sources = useSources();
  const known = (sources.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <TextInput
        label={t('catalogue.id')}
        description={t('catalogue.idText')}
        required
        readOnly={!isNew}
        variant={isNew ? 'default' : 'filled'}
        maxLength={200}
        {...fields.text('id')}
      />
      {isNew && known.length > 1 && (
        <NativeSelect
          label={t('catalogue.source')}
          description={t('catalogue.sourceText')}
          required
          data={[{ value: '', label: '' }, ...known]}
          {...fields.text('source')}
        />
      )}
    </>
  );
}
