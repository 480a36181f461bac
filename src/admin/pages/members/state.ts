import type { ListedMember, MemberEntitlement, MemberState } from '../../api/catalogue';

/** How a member is named in the API: ids are unique within their source only. */
export interface MemberRef {
  readonly source: string;
  readonly id: string;
}

/** The page of one member. Ids of platforms may hold anything, so they stand in the query. */
export const memberAddress = ({ source, id }: MemberRef): string =>
  `/members/member?${new URLSearchParams({ source, id }).toString()}`;

export const MEMBER_STATUSES = ['active', 'left'] as const;
export const isMemberStatus = (text: string): text is ListedMember['status'] =>
  MEMBER_STATUSES.some((status) => status === text);

/** The kinds of what stands in a member's timeline, for its filter. */
export const TIMELINE_GROUPS = {
  facts: ['fact_received', 'team_joined', 'team_left'],
  access: ['access_granted', 'access_adjusted', 'access_revoked', 'claim_settled', 'receipt_written'],
  states: ['state_changed'],
} as const;
export type TimelineGroup = keyof typeof TIMELINE_GROUPS;
export const isTimelineGroup = (text: string): text is TimelineGroup => Object.hasOwn(TIMELINE_GROUPS, text);

/** What a list and a heading say first of a member. */
export function standingOf(member: Pick<ListedMember, 'status' | 'hasAccessNow'>): 'left' | 'inside' | 'outside' {
  if (member.status === 'left') return 'left';
  return member.hasAccessNow ? 'inside' : 'outside';
}

export const STANDING_TONES = { left: 'quiet', inside: 'good', outside: 'wait' } as const;

export const keyOf = ({ kind, source, id }: Pick<MemberEntitlement, 'kind' | 'source' | 'id'>): string =>
  JSON.stringify([kind, source, id]);

/** What is read again after something was done about a member. */
export const memberKey = ({ source, id }: MemberRef): readonly unknown[] => ['members', 'one', source, id];

export type Door = MemberEntitlement['doors'][number];
export type Person = MemberState['persons'][number];
