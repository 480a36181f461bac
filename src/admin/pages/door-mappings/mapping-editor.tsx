import { Grid, Group, Paper, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Tagged } from '../../api/client';
import { ApiError, isChangedMeanwhile } from '../../api/errors';
import { ErrorView } from '../../components/error-view';
import { useNotify } from '../../components/notify';
import { ScopedButton } from '../../components/scoped-button';
import type { DoorMapping, DoorMappingBody, Preview } from '../doors-shared/api-types';
import { readPreview, usePreview } from '../doors-shared/queries';
import { ConflictDialog } from './conflict-dialog';
import { ConfirmSave } from './confirm-save';
import { LivePreview, NoPreview } from './live-preview';
import { placeFieldErrors, readMappingForm, type MappingField, type MappingForm } from './mapping-form';
import { SubjectPicker } from './subject-picker';
import { TargetFields } from './target-fields';
import { TimesFields } from './times-fields';
import { useSaveMapping } from './use-save-mapping';

interface Props {
  readonly id: string;
  /** Null for a mapping that is being made. */
  readonly stored: Tagged<DoorMapping> | null;
  readonly initial: MappingForm;
  /** Takes the version of somebody who was faster. */
  readonly onLoad?: (theirs: Tagged<DoorMapping>) => void;
}

/** What the operator is asked about: exactly this is saved, and this is whom it touches; undefined where nobody could count. */
interface Asked {
  readonly body: DoorMappingBody;
  readonly preview: Preview | undefined;
}

/** The form of a mapping: for whom, which door, what it is called; shows whom saving it touches before it is saved. */
export function MappingEditor({ id, stored, initial, onLoad }: Props) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { done } = useNotify();
  const [form, setForm] = useState(initial);
  const [hasTried, setHasTried] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const save = useSaveMapping(id);
  const change = useCallback((next: (before: MappingForm) => MappingForm) => setForm(next), []);
  const read = readMappingForm(form);
  const body = 'body' in read ? read.body : null;
  const isChanged = JSON.stringify(form) !== JSON.stringify(initial);
  const [previewed] = useDebouncedValue(isChanged || stored === null ? body : null, 300);
  const preview = usePreview(id, previewed);
  // The preview beside the form is late by a moment; whoever saves at once must be asked about what they save.
  const count = useMutation({
    mutationFn: (mapping: DoorMappingBody) => readPreview({ change: 'save_door_mapping', id, mapping }),
  });
  const errorAt = useErrors(read, hasTried, save.error);

  const write = (toWrite: DoorMappingBody, etag: string | null): void =>
    save.mutate(
      { body: toWrite, etag },
      {
        onSuccess: (saved) => {
          const isChecked = saved.verification !== 'unverified' || !saved.enabled;
          done(isChecked ? t('mapping.savedActive', { name: saved.name }) : t('mapping.unverifiedSaved'));
          navigate('/resources/access-control-door-mappings');
        },
        onSettled: () => setAsked(null),
      },
    );
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setHasTried(true);
    if (body === null) return;
    const counted = await count.mutateAsync(body).catch(() => undefined);
    const isHarmless = counted !== undefined && counted.lose === 0 && counted.insideNowLosing === 0;
    if (isHarmless) write(body, stored?.etag ?? null);
    else setAsked({ body, preview: counted });
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Paper withBorder p="md">
              <SubjectPicker
                chosen={{ type: form.subjectType, source: form.source, id: form.subjectId }}
                error={errorAt('subjectId')}
                onChange={({ type, source, id: subjectId }) =>
                  change((before) => ({ ...before, subjectType: type, source, subjectId }))
                }
              />
            </Paper>
            <Paper withBorder p="md">
              <TargetFields form={form} onChange={change} errorAt={errorAt} />
            </Paper>
            <Paper withBorder p="md">
              <TimesFields form={form} onChange={change} errorAt={errorAt} />
            </Paper>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md" style={{ position: 'sticky', top: 72 }}>
            {previewed === null ? <NoPreview isComplete={body !== null} /> : <LivePreview preview={preview} />}
            <SaveFailure error={save.error} />
            <Group>
              <ScopedButton needs="admin" type="submit" loading={save.isPending || count.isPending}>
                {t('common.save')}
              </ScopedButton>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
      {asked !== null && (
        <ConfirmSave
          preview={asked.preview}
          isBusy={save.isPending}
          onConfirm={() => write(asked.body, stored?.etag ?? null)}
          onClose={() => setAsked(null)}
        />
      )}
      {isChangedMeanwhile(save.error) && body !== null && (
        <ConflictDialog
          id={id}
          mine={body}
          onLoad={(theirs) => {
            save.reset();
            onLoad?.(theirs);
          }}
          onKeepMine={(etag) => write(body, etag)}
          onClose={() => save.reset()}
        />
      )}
    </form>
  );
}

/** What is said at a field: what is missing before anything is sent, then what the API said. */
function useErrors(read: ReturnType<typeof readMappingForm>, hasTried: boolean, error: unknown) {
  const { t } = useTranslation();
  const answered = placeFieldErrors(error instanceof ApiError ? error.fields : []).fields;
  return (field: MappingField): string | null => {
    const missing = hasTried && 'errors' in read ? read.errors[field] : undefined;
    return missing === undefined ? (answered[field] ?? null) : t(missing);
  };
}

/** An error that none of the fields shows. */
function SaveFailure({ error }: { readonly error: unknown }) {
  if (error === null || isChangedMeanwhile(error)) return null;
  if (error instanceof ApiError && error.fields.length > 0 && placeFieldErrors(error.fields).rest.length === 0) {
    return null;
  }
  return <ErrorView error={error} />;
}
