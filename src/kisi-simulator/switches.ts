import { z } from 'zod';
import type { Store } from './store/store';

const count = (most: number) => z.number().int().min(0).max(most);

/**
 * What is not certain about Kisi, each as a switch: the default is the likeliest reading, the other values are the others.
 *
 * A later look at a real organization changes defaults here and nothing else.
 */
export const switchesSchema = z.strictObject({
  requestsPerSecond: z
    .number()
    .min(0)
    .max(100_000)
    .default(5)
    .describe('Requests a second per API user, over any one second; 0 turns the limit off.'),
  event_sets_per_second: z.number().min(0).max(100_000).default(1).describe('The same for POST /event_sets.'),
  rate_limit_body: z.enum(['json', 'empty', 'text']).default('json').describe('What the body of a 429 is.'),
  rate_limit_retry_after: z
    .enum(['none', 'seconds'])
    .default('none')
    .describe('Whether a 429 says when to come back, in Retry-After.'),
  patch_assignment_dates: z
    .enum(['applied', 'ignored', 'rejected'])
    .default('applied')
    .describe(
      'What PATCH /role_assignments/:id does with valid_from and valid_until: ignored answers 204, rejected 422.',
    ),
  duplicate_assignment: z
    .enum(['conflict', 'unprocessable', 'allowed_unless_overlapping', 'allowed'])
    .default('conflict')
    .describe('A second assignment of the same assignee on the same object: 409, 422, or made.'),
  expired_assignments: z
    .enum(['listed', 'not_blocking', 'hidden', 'purged'])
    .default('listed')
    .describe(
      'An assignment past its end: stays and blocks a new one; stays but does not block; is left out of lists; is deleted.',
    ),
  unknown_reference: z
    .enum(['not_found', 'unprocessable'])
    .default('not_found')
    .describe('POST of an assignment whose user or group does not exist: 404 or 422.'),
  duplicate_user: z
    .enum(['conflict', 'unprocessable'])
    .default('conflict')
    .describe('POST /users with an address that exists: 409 or 422.'),
  user_email_filter: z
    .enum(['exact', 'prefix', 'substring'])
    .default('exact')
    .describe('How GET /users?email= compares; never with regard to case.'),
  user_search_lag_ms: count(600_000)
    .default(0)
    .describe('For this long (real milliseconds) GET /users does not list a new user.'),
  user_deletion: z
    .enum(['cascades', 'refused'])
    .default('cascades')
    .describe('DELETE of a user who holds assignments: takes them along, or 422.'),
  managed_user_confirmed: z
    .enum(['later', 'at_once'])
    .default('later')
    .describe('Whether a user made with confirm: true shows confirmed: true from the start.'),
  managed_user_notify: z
    .enum(['no_mail', 'mail'])
    .default('no_mail')
    .describe('Whether notify: true makes Kisi write to a managed user.'),
  unlock_needs_sign_in: z
    .enum(['off', 'on'])
    .default('off')
    .describe('Whether a regular user who never signed in is refused at the door.'),
  door_lag_ms: count(86_400_000)
    .default(0)
    .describe('Doors go by the rights of this many (simulated) milliseconds ago, as cached hardware may.'),
  assignment_by_email: z
    .enum(['ignored', 'honoured'])
    .default('ignored')
    .describe('Whether POST /role_assignments finds or makes the user of an undocumented email field.'),
  invite_existing_user: z
    .enum(['reused', 'conflict', 'unprocessable'])
    .default('reused')
    .describe('POST /invites for an address that is a user already.'),
  group_names: z
    .enum(['not_unique', 'unique'])
    .default('not_unique')
    .describe('Whether a second group of the same name is answered 422.'),
  schedule_override: z
    .enum(['replaces_day', 'adds'])
    .default('replaces_day')
    .describe(
      'What a schedule with override: true does on the dates it touches: replaces the others, or adds to them.',
    ),
  group_time_zone: z
    .enum(['honoured', 'ignored'])
    .default('honoured')
    .describe('Whether a group may have a time zone of its own for its schedules; else it is that of its place.'),
  group_link_item: z
    .enum(['supported', 'not_found'])
    .default('supported')
    .describe('Whether GET /group_links/:id exists.'),
  group_link_places: z
    .enum(['refused', 'reduced'])
    .default('refused')
    .describe('Whether GET /places answers the holder of a group link.'),
  put_is_patch: z
    .enum(['accepted', 'not_found'])
    .default('accepted')
    .describe('Whether PUT is still an alias of PATCH.'),
  limit_above_max: z
    .enum(['clamped', 'unprocessable'])
    .default('clamped')
    .describe('A limit above the maximum of a list: less is answered, or 422.'),
  offset_above_max: z
    .enum(['bad_request', 'unprocessable'])
    .default('bad_request')
    .describe('An offset above 20000: 400 or 422.'),
  offset_past_end: z
    .enum(['star', 'unclipped'])
    .default('star')
    .describe('X-Collection-Range past the end of a list: */TOTAL, or the range that was asked for.'),
  list_order: z
    .enum(['oldest_first', 'newest_first', 'unstable'])
    .default('oldest_first')
    .describe('The order of lists without sort; unstable is another one for every request.'),
  invalid_key_code: z.enum(['afc496', '000401', 'fcd8ef']).default('afc496').describe('The code of a 401.'),
  missing_wrapper: z
    .enum(['bad_request', 'unprocessable'])
    .default('bad_request')
    .describe('A body without its resource name around it: 400 or 422.'),
  unknown_fields: z
    .enum(['ignored', 'unprocessable'])
    .default('ignored')
    .describe('Fields that Kisi does not know in a body: left out, or 422.'),
  timestamps: z
    .enum(['as_sent', 'whole_seconds'])
    .default('as_sent')
    .describe('Whether valid_from and valid_until keep fractions of a second.'),
  api_key_unused_days: count(10_000)
    .default(182)
    .describe('A login that may expire is dead after so many days without use; 0 is never. An older page says 14.'),
  event_set_polls: count(100).default(1).describe('How many times GET /event_sets/:id still answers in_progress.'),
  webhook_signature: z.enum(['hex', 'base64']).default('hex').describe('The encoding behind sha256= in X-Signature.'),
  webhook_attempts: count(20)
    .default(3)
    .describe('How many times an event is delivered before it is given up; 0 drops all.'),
  webhook_retry_delay_ms: count(600_000).default(1_000).describe('Real milliseconds between those.'),
  webhook_disable_after: count(10_000)
    .default(10)
    .describe('Events given up in a row before the integration is disabled; 0 is never.'),
  webhook_duplicates: count(10).default(0).describe('How many times more each event is delivered.'),
  webhook_drop_percent: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe('How many events of a hundred are never delivered.'),
  webhook_reorder: z
    .enum(['off', 'on'])
    .default('off')
    .describe('Whether each event waits for the next and comes after it.'),
  webhook_delay_ms: count(600_000).default(0).describe('Real milliseconds before each delivery.'),
});

export type SwitchValues = z.output<typeof switchesSchema>;

/** The switches as they stand; they survive a restart with a state file. */
export class Switches {
  values: SwitchValues;

  constructor(private readonly store: Store) {
    this.values = switchesSchema.parse({});
    this.reload();
  }

  /** @throws ZodError naming an unknown switch or value; then nothing has changed */
  change(wanted: Readonly<Record<string, unknown>>): SwitchValues {
    this.values = switchesSchema.parse({ ...this.values, ...wanted });
    this.store.saveSetting('switches', this.values);
    return this.values;
  }

  reload(): void {
    const saved = switchesSchema.safeParse(this.store.setting('switches') ?? {});
    this.values = saved.success ? saved.data : switchesSchema.parse({});
  }
}
