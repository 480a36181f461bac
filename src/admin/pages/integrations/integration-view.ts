import type { Tone } from '../doors-shared/tone';
import type {
  ConnectionTest,
  DisconnectMode,
  DisconnectPreview,
  Integration,
  KisiRight,
} from '../doors-shared/api-types';
import type { TextKey } from '../doors-shared/text-key';

export interface Described {
  readonly tone: Tone;
  readonly text: TextKey;
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: TextKey | null;
}

/** @returns how an integration is in one word: what is wrong first, then what it does */
export function describeIntegration(one: Pick<Integration, 'status' | 'health' | 'mode'>): Described {
  if (one.status === 'disconnected') {
    return { tone: 'quiet', text: 'integration.state.disconnected', remedy: 'integration.remedy.connect' };
  }
  if (one.status === 'disconnecting') return { tone: 'busy', text: 'integration.state.disconnecting', remedy: null };
  if (one.health === 'key_invalid') {
    return { tone: 'bad', text: 'integration.state.key_invalid', remedy: 'integration.remedy.key_invalid' };
  }
  if (one.health === 'unavailable') {
    return { tone: 'wait', text: 'integration.state.unavailable', remedy: 'integration.remedy.unavailable' };
  }
  if (one.mode === 'observe') return { tone: 'busy', text: 'integration.state.observing', remedy: null };
  return { tone: 'good', text: 'integration.state.connected', remedy: null };
}

/** Kisi's clock decides when a door opens; this is the point from which Latchkey calls it a problem. */
const CLOCK_TOLERANCE_MS = 2_000;

export interface DescribedClock {
  readonly isOk: boolean;
  /** Seconds with one decimal, without a sign. */
  readonly seconds: number;
  readonly direction: 'same' | 'ahead' | 'behind';
}

/** @param offsetMs Kisi's clock minus ours */
export function describeClock(offsetMs: number): DescribedClock {
  const seconds = Math.round(Math.abs(offsetMs) / 100) / 10;
  const isOk = Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS;
  if (seconds === 0) return { isOk, seconds, direction: 'same' };
  return { isOk, seconds, direction: offsetMs > 0 ? 'ahead' : 'behind' };
}

/** The rights that Latchkey needs, in the order in which they build on each other. */
export const KISI_RIGHTS: readonly KisiRight[] = [
  'see_organization',
  'see_places',
  'see_doors',
  'see_groups',
  'see_users',
  'see_assignments',
];

export interface RightRow {
  readonly right: KisiRight;
  readonly result: 'ok' | 'missing' | 'not_tried';
  readonly message: string | null;
}

/** @returns one row for each right, also for those the test did not come to */
export function listRights(test: Pick<ConnectionTest, 'rights'>): readonly RightRow[] {
  return KISI_RIGHTS.map((right) => {
    const found = test.rights.find((one) => one.right === right);
    if (found === undefined) return { right, result: 'not_tried', message: null };
    return { right, result: found.ok ? 'ok' : 'missing', message: found.message };
  });
}

export interface DisconnectChoice {
  readonly mode: DisconnectMode;
  readonly isPossible: boolean;
}

/**
 * The ways to end a connection, the safest first. With a key that Kisi refuses nothing can be revoked or given an end,
 * so only the write-off is left; otherwise it is the last choice.
 */
export function listDisconnectChoices(one: Pick<Integration, 'health'>): readonly DisconnectChoice[] {
  const isKeyAlive = one.health !== 'key_invalid';
  return [
    { mode: 'revoke', isPossible: isKeyAlive },
    { mode: 'expire', isPossible: isKeyAlive },
    { mode: 'write_off', isPossible: true },
  ];
}

export interface DisconnectForm {
  readonly mode: DisconnectMode;
  /** `YYYY-MM-DDTHH:mm` as the browser's date field gives it, in the browser's zone. */
  readonly until: string;
  readonly reason: string;
  readonly typedName: string;
}

/** @returns the text key of what is missing in each field; empty when it may be sent */
export function checkDisconnectForm(
  form: DisconnectForm,
  integrationName: string,
  now: Date,
): Partial<Record<'until' | 'reason' | 'typedName', TextKey>> {
  switch (form.mode) {
    case 'revoke':
      return {};
    case 'expire': {
      const until = Date.parse(form.until);
      return Number.isNaN(until) || until <= now.getTime() ? { until: 'disconnect.error.until' } : {};
    }
    case 'write_off':
      return {
        ...(form.reason.trim() === '' ? { reason: 'disconnect.error.reason' } : {}),
        ...(form.typedName.trim() === integrationName.trim() ? {} : { typedName: 'disconnect.error.typedName' }),
      };
  }
}

/** True when nobody holds anything, so there is nothing to decide. */
export function isNobodyConcerned(preview: DisconnectPreview): boolean {
  return preview.peopleWithAccessNow === 0 && preview.peopleWithAccessLater === 0 && preview.assignments === 0;
}

/** The longest that an expiring connection is left, as the date field starts: a week from now, to the minute. */
export function suggestExpiry(now: Date): string {
  const later = new Date(now.getTime() + 7 * 86_400_000);
  const local = new Date(later.getTime() - later.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export interface IntegrationForm {
  readonly name: string;
  readonly mode: Integration['mode'];
  readonly locationIds: readonly string[];
  readonly apiKey: string;
  readonly baseUrl: string;
}

export const EMPTY_INTEGRATION_FORM: IntegrationForm = {
  name: '',
  mode: 'enforce',
  locationIds: [],
  apiKey: '',
  baseUrl: '',
};

export function integrationToForm(one: Integration): IntegrationForm {
  return { name: one.name, mode: one.mode, locationIds: one.locationIds, apiKey: '', baseUrl: one.baseUrl ?? '' };
}

/** @returns the text key of what is wrong in each field, before anything is sent */
export function checkIntegrationForm(
  form: IntegrationForm,
  needsKey: boolean,
): Partial<Record<keyof IntegrationForm, TextKey>> {
  return {
    ...(form.name.trim() === '' ? { name: 'integration.error.name' } : {}),
    ...(form.locationIds.length === 0 ? { locationIds: 'integration.error.locations' } : {}),
    ...checkKey(form, needsKey),
    ...(form.baseUrl.trim() !== '' && !isHttpAddress(form.baseUrl.trim())
      ? { baseUrl: 'integration.error.baseUrl' }
      : {}),
  };
}

/** Kisi's keys have no blanks; a pasted line often does at its ends, so those are cut off before. */
export const cleanKey = (pasted: string): string => pasted.trim();

function checkKey(form: IntegrationForm, needsKey: boolean): { apiKey?: TextKey } {
  const key = cleanKey(form.apiKey);
  if (key === '') return needsKey ? { apiKey: 'integration.error.keyNeeded' } : {};
  return /^[\x21-\x7e]{8,200}$/.test(key) ? {} : { apiKey: 'integration.error.keyShape' };
}

function isHttpAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
