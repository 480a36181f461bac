import { Alert, Button, Code, FileButton, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '../../api/client';
import { ErrorView } from '../../components/error-view';
import { useNotify } from '../../components/notify';
import type { ImportReport, Preview } from '../doors-shared/api-types';
import { readPreview } from '../doors-shared/queries';
import { IMPORT_COLUMNS, readDryRun, type ImportStep } from './mapping-view';
import { PreviewPanel } from './preview-panel';
import { forgetMappings } from './use-save-mapping';

const LARGEST_BYTES = 4 * 1024 * 1024;

interface Checked {
  readonly step: ImportStep;
  /** Undefined where there is nothing to preview or it could not be counted. */
  readonly preview: Preview | undefined;
}

/** Imports mappings from CSV: first a dry run with its errors and whom it touches, then all or nothing. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { done } = useNotify();
  const client = useQueryClient();
  const [csv, setCsv] = useState('');
  const [fileName, setFileName] = useState<string | null>(null);
  const [problem, setProblem] = useState<'import.tooLarge' | 'import.empty' | null>(null);
  const check = useMutation({ mutationFn: checkImport });
  const run = useMutation({
    mutationFn: () => sendImport(csv, false),
    onSuccess: async ({ created, changed }) => {
      done(t('import.done', { created, changed }));
      onClose();
      await forgetMappings(client);
    },
  });
  const write = (text: string): void => {
    setCsv(text);
    setProblem(null);
    check.reset();
    run.reset();
  };
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return;
    if (file.size > LARGEST_BYTES) return setProblem('import.tooLarge');
    write(await file.text());
    setFileName(file.name);
  };
  const isReady = check.data?.step.kind === 'ready';
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('import.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Stack>
        <Text size="sm">{t('import.intro')}</Text>
        <div>
          <Text size="xs" c="dimmed">
            {t('import.columns')}
          </Text>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {IMPORT_COLUMNS.join(',')}
          </Code>
        </div>
        <Group gap="sm">
          <FileButton accept=".csv,text/csv,text/plain" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} variant="default">
                {t('import.file')}
              </Button>
            )}
          </FileButton>
          {fileName !== null && <Text size="sm">{t('import.fileChosen', { name: fileName })}</Text>}
        </Group>
        <Textarea
          label={t('import.paste')}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'monospace', fontSize: 12 } }}
          value={csv}
          onChange={(event) => write(event.currentTarget.value)}
          error={problem === null ? null : t(problem)}
        />
        {check.isError && <ErrorView error={check.error} />}
        {check.data !== undefined && <Outcome checked={check.data} />}
        {run.isError && <ErrorView error={run.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          {isReady ? (
            <Button
              loading={run.isPending}
              onClick={() => run.mutate()}
              {...((check.data?.preview?.lose ?? 0) > 0 ? { color: 'red.9' } : {})}
            >
              {t((check.data?.preview?.lose ?? 0) > 0 ? 'preview.confirmImport' : 'import.confirm')}
            </Button>
          ) : (
            <Button
              loading={check.isPending}
              onClick={() => (csv.trim() === '' ? setProblem('import.empty') : check.mutate(csv))}
            >
              {t('import.check')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Outcome({ checked: { step, preview } }: { readonly checked: Checked }) {
  const { t } = useTranslation();
  switch (step.kind) {
    case 'wrong':
      return (
        <Alert color="red" title={t('import.errors', { count: step.errors.length })} role="alert">
          <div style={{ maxHeight: 240, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('import.title')}>
            <Table>
              <Table.Tbody>
                {step.errors.map(({ line, field, message }) => (
                  <Table.Tr key={`${line} ${field ?? ''} ${message}`}>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>{t('import.line', { line })}</Table.Td>
                    <Table.Td>{field === null ? '' : <Code>{field}</Code>}</Table.Td>
                    <Table.Td>{message}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </Alert>
      );
    case 'nothing_to_do':
      return <Alert color="gray">{t('import.nothing', { count: step.unchanged })}</Alert>;
    case 'ready':
      return (
        <Stack gap="sm">
          <Alert color="harbour" role="status">
            {t('import.ready', { created: step.created, changed: step.changed, unchanged: step.unchanged })}
          </Alert>
          {preview === undefined ? <Text size="sm">{t('preview.failed')}</Text> : <PreviewPanel preview={preview} />}
        </Stack>
      );
  }
}

async function checkImport(csv: string): Promise<Checked> {
  const step = readDryRun(await sendImport(csv, true));
  if (step.kind !== 'ready') return { step, preview: undefined };
  const preview = await readPreview({ change: 'import_door_mappings', csv }).catch(() => undefined);
  return { step, preview };
}

function sendImport(csv: string, dryRun: boolean): Promise<ImportReport> {
  return unwrap(api.POST('/v1/door-mappings/import', { body: { csv, dryRun } }));
}
