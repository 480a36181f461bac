import type { DoorMapping } from '../../src/admin/pages/doors-shared/api-types';
import {
  chooseDoor,
  compareMappings,
  emptyMappingForm,
  mappingToForm,
  placeFieldErrors,
  readMappingForm,
  readTypedId,
} from '../../src/admin/pages/door-mappings/mapping-form';
import {
  describeMapping,
  describePreview,
  describeWhere,
  readDryRun,
} from '../../src/admin/pages/door-mappings/mapping-view';

const MAPPING: DoorMapping = {
  id: 'map-1',
  subject: { type: 'plan', source: 'cobot', id: 'hot-desk', name: 'Hot desk' },
  integrationId: 'london',
  target: { type: 'group', id: 4 },
  name: 'Whole site',
  leadMinutes: 0,
  graceMinutes: null,
  enabled: true,
  state: 'active',
  verification: 'verified',
  verifiedAt: null,
  groupId: 4,
  targetName: 'Site',
  placeName: null,
  isOnline: null,
};
const LOCK = { type: 'lock', id: 12, name: 'Front door' } as const;

describe('the form of a door mapping', () => {
  it('begins with what the address says, and with a resource otherwise', () => {
    const search = new URLSearchParams('subjectType=plan&subjectId=hot-desk&source=cobot');
    expect(emptyMappingForm(search)).toMatchObject({ subjectType: 'plan', subjectId: 'hot-desk', source: 'cobot' });
    expect(emptyMappingForm(new URLSearchParams('subjectType=person'))).toMatchObject({
      subjectType: 'resource',
      subjectId: null,
      source: 'default',
    });
  });

  it('is named after the door until somebody names it', () => {
    const form = emptyMappingForm(new URLSearchParams());
    const chosen = chooseDoor(form, LOCK);
    expect(chosen).toMatchObject({ targetType: 'lock', targetId: 12, name: 'Front door' });
    expect(chooseDoor(chosen, { ...LOCK, id: 13, name: 'Back door' }).name).toBe('Back door');
    const named = { ...chosen, name: 'Main entrance', isNameOwn: true };
    expect(chooseDoor(named, { ...LOCK, id: 13, name: 'Back door' }).name).toBe('Main entrance');
    expect(chooseDoor(chosen, null)).toMatchObject({ targetId: null, name: '' });
  });

  it('sends back exactly what was read: no minutes are not zero minutes', () => {
    const read = readMappingForm(mappingToForm(MAPPING));
    const { subject, integrationId, target, name, leadMinutes, graceMinutes, enabled } = MAPPING;
    const { type, source, id } = subject;
    const body = { subject: { type, source, id }, integrationId, target, name, leadMinutes, graceMinutes, enabled };
    expect(read).toEqual({ body });
  });

  it('says what is missing at each field', () => {
    const read = readMappingForm(emptyMappingForm(new URLSearchParams()));
    expect('errors' in read && Object.keys(read.errors)).toEqual(['subjectId', 'integrationId', 'targetId', 'name']);
  });

  it('shows what the API says at the field it is about, and loses nothing', () => {
    const { fields, rest } = placeFieldErrors([
      { field: 'target.id', message: 'Kisi knows no such door' },
      { field: 'subject.id', message: 'expected the id of a resource' },
      { field: 'If-Match', message: 'expected a tag' },
    ]);
    expect(fields).toEqual({ targetId: 'Kisi knows no such door', subjectId: 'expected the id of a resource' });
    expect(rest).toEqual(['If-Match: expected a tag']);
  });

  it.each([
    ['12', 12],
    [' 12 ', 12],
    ['2147483647', 2_147_483_647],
    ['2147483648', null],
    ['0', null],
    ['-3', null],
    ['1.5', null],
    ['front door', null],
    ['', null],
  ])('reads the typed id "%s" as %s', (typed, id) => {
    expect(readTypedId(typed)).toBe(id);
  });

  it('finds every field in which two people differ', () => {
    const theirs = { ...MAPPING, name: 'Site', leadMinutes: null, target: { type: 'lock', id: 4 } } as const;
    expect(compareMappings(MAPPING, theirs)).toEqual([
      { field: 'target', mine: 'group 4', theirs: 'lock 4' },
      { field: 'name', mine: 'Whole site', theirs: 'Site' },
      { field: 'leadMinutes', mine: 0, theirs: null },
    ]);
    expect(compareMappings(MAPPING, { ...MAPPING })).toEqual([]);
  });
});

describe('what the page of door mappings says', () => {
  it('has a remedy for every state but the good one', () => {
    for (const state of [
      'inactive',
      'unverified',
      'group_missing',
      'door_group_pending',
      'lock_group_changed',
    ] as const) {
      expect(describeMapping({ state, enabled: true }).remedy).toBe(`mapping.remedy.${state}`);
    }
    expect(describeMapping({ state: 'active', enabled: true }).remedy).toBeNull();
    expect(describeMapping({ state: 'inactive', enabled: false }).text).toBe('mapping.state.disabled');
  });

  it('says where a door is with whatever is known', () => {
    expect(describeWhere({ placeName: 'Shoreditch', floorName: 'Level 2' })).toBe('Shoreditch · Level 2');
    expect(describeWhere({ placeName: 'Shoreditch', floorName: null })).toBe('Shoreditch');
    expect(describeWhere({ placeName: null, floorName: null })).toBe('');
  });

  const nobody = { gain: 0, lose: 0, change: 0, insideNowLosing: 0, unaffected: 5, people: [], more: 0 };

  it('asks only when somebody loses something, and names those inside first', () => {
    expect(describePreview(nobody)).toEqual({ tone: 'quiet', lines: [], needsConfirmation: false });
    expect(describePreview({ ...nobody, gain: 2, change: 1 }).needsConfirmation).toBe(false);
    const losing = describePreview({ ...nobody, gain: 2, lose: 3, insideNowLosing: 1 });
    expect(losing.needsConfirmation).toBe(true);
    expect(losing.lines.map(({ text, count }) => `${text} ${count}`)).toEqual([
      'preview.insideNowLosing 1',
      'preview.lose 3',
      'preview.gain 2',
    ]);
  });

  it('reads a dry run: errors by line, nothing to do, or ready', () => {
    const report = { dryRun: true, created: 0, changed: 0, unchanged: 4, errors: [], rows: [] };
    const error = (line: number) => ({ line, field: null, message: 'is wrong' });
    const wrong = readDryRun({ ...report, created: 2, errors: [error(7), error(3)] });
    expect(wrong.kind === 'wrong' && wrong.errors.map(({ line }) => line)).toEqual([3, 7]);
    expect(readDryRun(report)).toEqual({ kind: 'nothing_to_do', unchanged: 4 });
    expect(readDryRun({ ...report, changed: 1 }).kind).toBe('ready');
  });
});
