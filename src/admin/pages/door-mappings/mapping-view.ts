import type { Tone } from '../doors-shared/tone';
import type { DoorMapping, ImportReport, KisiDoor, MappingState, Preview } from '../doors-shared/api-types';
import type { CountedKey } from '../doors-shared/text-key';
import type { Described } from '../integrations/integration-view';

const TONES: Readonly<Record<MappingState, Tone>> = {
  active: 'good',
  inactive: 'quiet',
  unverified: 'wait',
  group_missing: 'bad',
  door_group_pending: 'busy',
  lock_group_changed: 'bad',
  opening_hours_changed: 'bad',
};

export const MAPPING_STATES: readonly MappingState[] = [
  'active',
  'inactive',
  'unverified',
  'group_missing',
  'door_group_pending',
  'lock_group_changed',
  'opening_hours_changed',
];

/** @returns how a mapping is and what to do about it; an inactive one says which of the two reasons it is */
export function describeMapping(mapping: Pick<DoorMapping, 'state' | 'enabled'>): Described {
  const { state } = mapping;
  if (state === 'inactive' && !mapping.enabled) {
    return { tone: 'quiet', text: 'mapping.state.disabled', remedy: 'mapping.remedy.disabled' };
  }
  return {
    tone: TONES[state],
    text: `mapping.state.${state}`,
    remedy: state === 'active' ? null : `mapping.remedy.${state}`,
  };
}

/** Where a door is, as one line: place and floor, whatever of it is known. */
export function describeWhere(door: Pick<KisiDoor, 'placeName' | 'floorName'>): string {
  return [door.placeName, door.floorName].filter((part) => part !== null && part !== '').join(' · ');
}

export interface PreviewHeadline {
  readonly tone: Tone;
  /** Empty when nobody is concerned; else the most important first: who stands inside and loses the door, then loses, changes, gains. */
  readonly lines: readonly { readonly text: CountedKey; readonly count: number }[];
  /** Only what takes something away is asked about; everything else is saved with one click. */
  readonly needsConfirmation: boolean;
}

export function describePreview(preview: Preview): PreviewHeadline {
  const all: PreviewHeadline['lines'] = [
    { text: 'preview.insideNowLosing', count: preview.insideNowLosing },
    { text: 'preview.lose', count: preview.lose },
    { text: 'preview.change', count: preview.change },
    { text: 'preview.gain', count: preview.gain },
  ];
  const lines = all.filter((line) => line.count > 0);
  const needsConfirmation = preview.lose > 0 || preview.insideNowLosing > 0;
  if (lines.length === 0) return { tone: 'quiet', lines, needsConfirmation: false };
  return {
    tone: preview.insideNowLosing > 0 ? 'bad' : needsConfirmation ? 'wait' : 'busy',
    lines,
    needsConfirmation,
  };
}

export type ImportStep =
  | { readonly kind: 'wrong'; readonly errors: ImportReport['errors'] }
  | { readonly kind: 'nothing_to_do'; readonly unchanged: number }
  | { readonly kind: 'ready'; readonly created: number; readonly changed: number; readonly unchanged: number };

/** @returns what a dry run comes to: mend these lines, nothing to do, or ready to be carried out */
export function readDryRun(report: ImportReport): ImportStep {
  if (report.errors.length > 0) {
    return { kind: 'wrong', errors: [...report.errors].sort((a, b) => a.line - b.line) };
  }
  if (report.created + report.changed === 0) return { kind: 'nothing_to_do', unchanged: report.unchanged };
  return { kind: 'ready', created: report.created, changed: report.changed, unchanged: report.unchanged };
}

/** The columns of an import, in the order in which the export writes them. */
export const IMPORT_COLUMNS: readonly string[] = [
  'id',
  'subject_type',
  'source',
  'subject_id',
  'integration_id',
  'target_type',
  'target_id',
  'name',
  'lead_minutes',
  'grace_minutes',
  'enabled',
];

/** True when doors cannot be read because of the key: then waiting does not help, a new key does. */
export const isKeyProblem = (code: string): boolean =>
  code.startsWith('kisi_key') || code === 'integration_disconnected';
