import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ScopedButton } from './scoped-button';

interface Props {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  /** Leads to a new door mapping with this subject. */
  readonly mapTo?: string;
}

/** What can be done with a row of the catalogue. */
export function RowActions({ name, onEdit, onDelete, mapTo }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {mapTo !== undefined && (
        <ScopedButton
          needs="admin"
          size="compact-sm"
          variant="light"
          to={mapTo}
          aria-label={t('catalogue.mapNamed', { name })}
        >
          {t('action.mapDoor')}
        </ScopedButton>
      )}
      <ScopedButton
        needs="admin"
        size="compact-sm"
        variant="default"
        onClick={onEdit}
        aria-label={t('catalogue.editNamed', { name })}
      >
        {t('action.edit')}
      </ScopedButton>
      <ScopedButton
        needs="admin"
        size="compact-sm"
        variant="default"
        onClick={onDelete}
        aria-label={t('catalogue.deleteNamed', { name })}
      >
        {t('action.delete')}
      </ScopedButton>
    </Group>
  );
}
