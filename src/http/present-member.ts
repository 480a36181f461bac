import { z } from 'zod';
import { entitlementWorkflow, memberAccessId } from '../../workflows/ids';
import { ENTITLEMENT_KINDS, ENTITLEMENT_STATES } from '../domain/entitlement';
import { PROBLEM_CODES } from '../domain/problems';
import type {
  ListedMember,
  MemberDoor,
  MemberEntitlement,
  MemberPerson,
  MemberView,
  TeamDetails,
  TeamView,
  TimelineEntryView,
} from '../usecases/members';
import { MEMBER_STATUSES } from '../usecases/receive-member';
import type { HttpDeps } from './deps';
import { doorSchema, presentDoor, problemSchema, receiptSchema } from './present-booking';
import { isoText, toIsoOrNull } from './schemas';
import { workflowsUrl } from './temporal-ui';

type Ui = HttpDeps['temporalUi'];

const codes = z.array(z.enum(PROBLEM_CODES));
const workflow = z.object({ id: z.string(), url: z.string().nullable() });
const entitlementRef = z.object({ kind: z.enum(ENTITLEMENT_KINDS), id: z.string(), source: z.string() });

const listedShape = {
  id: z.string(),
  source: z.string(),
  name: z.string(),
  email: z.string(),
  status: z.enum(MEMBER_STATUSES),
  hasAccessNow: z.boolean().describe('A door opens for this person at this moment, by whatever reason.'),
  openEntitlements: z.number().describe('What has not ended yet, of their own and of their teams.'),
  problems: codes.describe('What is wrong with any of that.'),
};

export const listedMemberSchema = z.object(listedShape).meta({ id: 'ListedMember' });

/** Why a member may enter, as the API answers it. */
export const memberEntitlementSchema = entitlementRef
  .extend({
    by: z.enum(['member', 'team', 'guest']).describe('Held by the member, by a team of theirs, or as a guest of it.'),
    state: z.enum(ENTITLEMENT_STATES),
    resourceId: z.string().nullable(),
    planId: z.string().nullable(),
    passTypeId: z.string().nullable(),
    name: z.string().nullable().describe('Of the resource, plan or pass type.'),
    memberId: z.string().nullable().describe('Who holds it.'),
    teamId: z.string().nullable(),
    teamName: z.string().nullable(),
    startsAt: isoText.nullable(),
    endsAt: isoText.nullable(),
    timeZone: z.string().nullable().describe('Of the location, IANA.'),
    window: z.object({ from: isoText, until: isoText.nullable() }).nullable(),
    doors: z
      .array(doorSchema.extend({ integrationName: z.string(), groupName: z.string().nullable() }))
      .describe('The claims of this member on doors.'),
    problems: z.array(problemSchema),
    receipt: receiptSchema.nullable(),
    workflow,
    updatedAt: isoText,
  })
  .meta({ id: 'EntitlementOfMember' });

export const memberSchema = z
  .object({
    ...listedShape,
    locale: z.string().nullable(),
    leftAt: isoText.nullable(),
    teams: z.array(z.object({ id: z.string(), name: z.string() })),
    persons: z.array(
      z.object({
        id: z.string(),
        integrationId: z.string(),
        integrationName: z.string(),
        isCurrent: z.boolean().describe('False for a former address that still holds something.'),
        kisiUserId: z.number().nullable().describe('Null: Kisi was not told of this address yet.'),
        isOurs: z.boolean().describe('False: Kisi knew the address before; the user is never removed.'),
        problems: codes,
        workflow,
      }),
    ),
    entitlements: z.array(memberEntitlementSchema).describe('What has not ended, the newest first, at most 200.'),
    endedEntitlements: z.number().describe('How many ended; see the list of the entitlements of this member.'),
    updatedAt: isoText,
  })
  .meta({ id: 'Member' });

export const timelineEntrySchema = z
  .object({
    id: z.string(),
    at: isoText,
    kind: z.string().describe('What happened, like `fact_received` or `access_granted`.'),
    entitlement: entitlementRef.nullable().describe('What it was about, where it was about one reason to enter.'),
    integrationId: z.string().nullable(),
    personId: z.string().nullable(),
    groupId: z.number().nullable(),
    details: z.record(z.string(), z.unknown()).describe('Ids, states and numbers only.'),
  })
  .meta({ id: 'TimelineEntry' });

const teamShape = {
  id: z.string(),
  source: z.string(),
  name: z.string(),
  memberCount: z.number(),
  updatedAt: isoText,
};

export const listedTeamSchema = z.object(teamShape).meta({ id: 'ListedTeam' });

export const teamSchema = z
  .object({
    ...teamShape,
    members: z.array(
      z.object({
        id: z.string(),
        name: z.string().nullable().describe('Null: nobody has described this member yet.'),
        status: z.enum(MEMBER_STATUSES).nullable(),
      }),
    ),
    entitlements: z
      .array(entitlementRef.extend({ state: z.enum(ENTITLEMENT_STATES) }))
      .describe('What the team holds and has not ended, at most 100.'),
    facts: z
      .array(z.object({ at: isoText, version: z.number().nullable(), ignored: z.boolean() }))
      .describe('The last 20 facts about the team, the newest first; `ignored`: a newer version was known.'),
  })
  .meta({ id: 'Team' });

export function presentListed(member: ListedMember): z.input<typeof listedMemberSchema> {
  return { ...member, problems: [...member.problems] };
}

/** A member as the API answers it: instants in UTC with the location's zone beside them. */
export function presentMember(member: MemberView, organizationId: string, ui: Ui): z.input<typeof memberSchema> {
  return {
    ...member,
    problems: [...member.problems],
    leftAt: toIsoOrNull(member.leftAt),
    teams: [...member.teams],
    persons: member.persons.map((person) => presentPerson(person, organizationId, ui)),
    entitlements: member.entitlements.map((one) => presentMemberEntitlement(one, organizationId, ui)),
    updatedAt: toIso(member.updatedAt),
  };
}

function presentPerson(person: MemberPerson, organizationId: string, ui: Ui) {
  const { id: personId, integrationId } = person;
  const workflowId = memberAccessId({ organizationId, integrationId, personId });
  return { ...person, problems: [...person.problems], workflow: { id: workflowId, url: workflowsUrl(ui, workflowId) } };
}

export function presentMemberEntitlement(
  one: MemberEntitlement,
  organizationId: string,
  ui: Ui,
): z.input<typeof memberEntitlementSchema> {
  const { kind, id, source, by, state, resourceId, planId, passTypeId, memberId, teamId, teamName, timeZone } = one;
  const { windowFrom, windowUntil, receipt } = one;
  const { workflowId } = entitlementWorkflow({ organizationId, kind, sourceId: source, externalId: id });
  return {
    ...{ kind, id, source, by, state, resourceId, planId, passTypeId, memberId, teamId, teamName, timeZone },
    name: one.subjectName,
    startsAt: toIsoOrNull(one.startsAt),
    endsAt: toIsoOrNull(one.endsAt),
    window: windowFrom === null ? null : { from: toIso(windowFrom), until: toIsoOrNull(windowUntil) },
    doors: one.doors.map(presentMemberDoor),
    problems: one.problems.map((problem) => ({ ...problem, since: toIso(problem.since) })),
    receipt:
      receipt === null
        ? null
        : { ...receipt, dueAt: toIso(receipt.dueAt), writtenAt: toIso(receipt.writtenAt), doors: [...receipt.doors] },
    workflow: { id: workflowId, url: workflowsUrl(ui, workflowId) },
    updatedAt: toIso(one.updatedAt),
  };
}

function presentMemberDoor({ integrationName, groupName, ...door }: MemberDoor) {
  return { ...presentDoor(door), integrationName, groupName };
}

export function presentEntry(entry: TimelineEntryView): z.input<typeof timelineEntrySchema> {
  return { ...entry, at: toIso(entry.at), details: { ...entry.details } };
}

export function presentListedTeam(team: TeamView): z.input<typeof listedTeamSchema> {
  return { ...team, updatedAt: toIso(team.updatedAt) };
}

export function presentTeam(team: TeamDetails): z.input<typeof teamSchema> {
  return {
    ...presentListedTeam(team),
    members: [...team.members],
    entitlements: [...team.entitlements],
    facts: team.facts.map((fact) => ({ ...fact, at: toIso(fact.at) })),
  };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
