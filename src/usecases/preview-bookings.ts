import { decideBooking } from '../domain/decide-booking';
import type { DoorRule } from '../domain/entitlement';
import type { AccessPolicy } from '../domain/policy';
import type { PreviewClaim } from '../domain/preview-change';
import type { Instant } from '../domain/time';
import type { DoorMapping, MappingSubject } from './door-mappings';
import type { LiveBooking, NamedDoor, PreviewLedger } from './preview-ports';
import { createToRule, doorKeyOf, doorOfRule } from './preview-rules';

/** What the bookings concerned give before and after a change of mappings. */
export interface DecidedBookings {
  readonly before: readonly PreviewClaim[];
  readonly after: readonly PreviewClaim[];
  readonly bookingIds: ReadonlySet<string>;
  readonly people: ReadonlyMap<string, { readonly id: string; readonly name: string }>;
}

const PAGE = 2_000;

/** Decides every live booking of the resources concerned twice, page by page: by the rules as they are and as they would be. */
export async function decideBookings(
  ledger: PreviewLedger,
  organizationId: string,
  change: {
    readonly gone: readonly DoorMapping[];
    readonly saved: readonly DoorMapping[];
    readonly doors: readonly NamedDoor[];
    readonly policy: AccessPolicy;
    readonly now: Instant;
  },
): Promise<DecidedBookings> {
  const { gone, saved, policy, now } = change;
  // A booking is of a resource; plans and passes have no entitlements yet.
  const resources = resourcesOf([...gone, ...saved]);
  const before: PreviewClaim[] = [];
  const after: PreviewClaim[] = [];
  const bookingIds = new Set<string>();
  const people = new Map<string, { id: string; name: string }>();
  if (resources.length === 0) return { before, after, bookingIds, people };

  const mappings = await ledger.mappingsOf(organizationId, resources);
  const goneIds = new Set(gone.map(({ id }) => id));
  const toRule = createToRule(await ledger.readIntegrations(organizationId), change.doors);
  const oldRules = rulesBySubject(mappings, toRule);
  const newRules = rulesBySubject([...mappings.filter(({ id }) => !goneIds.has(id)), ...saved], toRule);
  const decide = (booking: LiveBooking, rules: readonly DoorRule[]): PreviewClaim[] =>
    decideBooking({ facts: booking.facts, firstSeenAt: booking.firstSeenAt, rules, policy, now }).doors.map((door) => ({
      personKey: booking.member?.email ?? '',
      doorKey: doorKeyOf(doorOfRule(door)),
      window: door.window,
    }));

  for (let cursor: string | null = null; ;) {
    const page: readonly LiveBooking[] = await ledger.pageBookings(organizationId, resources, cursor, PAGE);
    for (const booking of page) {
      bookingIds.add(booking.id);
      if (booking.member === null) continue;
      people.set(booking.member.email, { id: booking.member.id, name: booking.member.name });
      const key = JSON.stringify([booking.source, booking.resourceId]);
      before.push(...decide(booking, oldRules.get(key) ?? []));
      after.push(...decide(booking, newRules.get(key) ?? []));
    }
    cursor = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return { before, after, bookingIds, people };
  }
}

function resourcesOf(mappings: readonly DoorMapping[]): readonly MappingSubject[] {
  const once = new Map(
    mappings.filter(({ subject }) => subject.type === 'resource').map(({ subject }) => [keyOf(subject), subject]),
  );
  return [...once.values()];
}

function rulesBySubject(
  mappings: readonly DoorMapping[],
  toRule: (mapping: DoorMapping) => DoorRule,
): ReadonlyMap<string, readonly DoorRule[]> {
  const rules = new Map<string, DoorRule[]>();
  for (const mapping of mappings) {
    if (!mapping.enabled || mapping.subject.type !== 'resource') continue;
    const known = rules.get(keyOf(mapping.subject)) ?? [];
    rules.set(keyOf(mapping.subject), known);
    known.push(toRule(mapping));
  }
  return rules;
}

function keyOf({ source, id }: MappingSubject): string {
  return JSON.stringify([source, id]);
}
