import { Alert, Skeleton, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client';
import { ApiError } from '../../api/errors';
import { Empty } from '../../components/data-list';
import { ErrorView } from '../../components/error-view';
import { Page } from '../../components/page';
import { StateBadge } from '../../components/state-badge';
import type { DoorMapping } from '../doors-shared/api-types';
import { KEYS, useMapping } from '../doors-shared/queries';
import { DeleteMapping } from './delete-mapping';
import { MappingEditor } from './mapping-editor';
import { mappingToForm } from './mapping-form';
import { describeMapping } from './mapping-view';

/** One mapping, to be changed or deleted. */
export function EditMapping({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const mapping = useMapping(id);
  const back = { to: '/resources/access-control-door-mappings', text: t('mapping.title') };
  if (mapping.data !== undefined) return <Loaded id={id} stored={mapping.data} />;
  if (mapping.error instanceof ApiError && mapping.error.status === 404) {
    return (
      <Page title={t('mapping.editTitle')} back={back}>
        <Empty title={t('mapping.notFound')} text="" />
      </Page>
    );
  }
  return (
    <Page title={t('mapping.editTitle')} back={back}>
      {mapping.isError ? (
        <ErrorView error={mapping.error} onRetry={() => void mapping.refetch()} />
      ) : (
        <Skeleton height={360} role="status" aria-label={t('list.loading')} />
      )}
    </Page>
  );
}

function Loaded({ id, stored }: { readonly id: string; readonly stored: Tagged<DoorMapping> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const one = stored.data;
  const { tone, text, remedy } = describeMapping(one);
  return (
    <Page
      title={`${one.subject.name ?? one.subject.id} → ${one.name}`}
      back={{ to: '/resources/access-control-door-mappings', text: t('mapping.title') }}
      text={<StateBadge tone={tone}>{t(text)}</StateBadge>}
      actions={<DeleteMapping stored={stored} />}
    >
      {remedy !== null && (
        <Alert color={tone === 'bad' ? 'red' : tone === 'wait' ? 'yellow' : 'gray'} role="note" maw={860}>
          <Text size="sm">{t(remedy)}</Text>
        </Alert>
      )}
      <MappingEditor
        key={stored.etag}
        id={id}
        stored={stored}
        initial={mappingToForm(one)}
        onLoad={(theirs) => client.setQueryData([...KEYS.mappings, 'one', id], theirs)}
      />
    </Page>
  );
}
