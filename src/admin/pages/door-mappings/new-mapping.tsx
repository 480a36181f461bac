import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { Page } from '../../components/page';
import { emptyMappingForm } from './mapping-form';
import { MappingEditor } from './mapping-editor';

/** Maps a door; the address can say to what, as the page of a resource does. */
export function NewMapping() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  // Made once: saving twice, or after a lost answer, writes the same mapping.
  const [id] = useState(newMappingId);
  const [form] = useState(() => emptyMappingForm(search));
  return (
    <Page
      title={t('mapping.newTitle')}
      back={{ to: '/resources/access-control-door-mappings', text: t('mapping.title') }}
    >
      <MappingEditor id={id} stored={null} initial={form} />
    </Page>
  );
}

/** `randomUUID` only exists on https; this works everywhere. */
function newMappingId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `map-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
