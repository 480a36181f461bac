import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { StateBadge } from './state-badge';

/** Where door mappings are made and changed. */
export const MAPPINGS = '/resources/access-control-door-mappings';

export interface Subject {
  readonly type: 'resource' | 'plan' | 'pass_type';
  readonly source: string;
  readonly id: string;
}

const toQuery = ({ type, source, id }: Subject): string =>
  new URLSearchParams({ subjectType: type, source, subjectId: id }).toString();

/** The form for a new door mapping with its subject chosen. */
export const newMappingOf = (subject: Subject): string => `${MAPPINGS}/new?${toQuery(subject)}`;

/** How many doors are mapped to something, with the way to see them. */
export function DoorCount({ count, subject }: { readonly count: number; readonly subject: Subject }) {
  const { t } = useTranslation();
  if (count === 0) return <StateBadge tone="wait">{t('catalogue.notMapped')}</StateBadge>;
  return (
    <Anchor component={Link} href={`${MAPPINGS}?${toQuery(subject)}`} size="sm">
      {t('catalogue.mappings', { count })}
    </Anchor>
  );
}
