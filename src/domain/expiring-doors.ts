import {
  isClaimFinished,
  type EntitlementDecision,
  type ClaimProgress,
  type ConnectionEnding,
  type DoorRule,
  type WantedDoor,
} from './entitlement';
import { isBlocking } from './problems';
import type { Instant } from './time';
import { earlierEnd, isOver, type AccessWindow } from './windows';

/** What an entitlement already holds, as this decision needs it. */
export interface HeldClaim extends Pick<ClaimProgress, 'isReleased' | 'settledAs' | 'window'> {
  readonly integrationId: string;
  readonly personId: string;
  readonly groupId: number;
}

export interface LimitInput {
  readonly rules: readonly Pick<DoorRule, 'integrationId' | 'ending'>[];
  readonly persons: readonly { readonly integrationId: string; readonly id: string }[];
  readonly claims: readonly (HeldClaim & Pick<ClaimProgress, 'problem'>)[];
  readonly now: Instant;
}

/**
 * Keeps, where a connection ends by expiry, only the doors that the same person already holds, and none of them longer than
 * the connection's last instant. Once the key is gone they stay exactly as Kisi has them; what Kisi does not have yet is
 * given up. Doors that are only kept, because their groups are not as they should be, stay kept and end like all others.
 * Doors of other integrations are left alone.
 */
export function limitToLivingClaims(decision: EntitlementDecision, input: LimitInput): EntitlementDecision {
  const endings = new Map(input.rules.map((rule) => [rule.integrationId, rule.ending ?? null]));
  const limit = (door: WantedDoor): WantedDoor[] => {
    const ending = endings.get(door.integrationId) ?? null;
    if (ending === null) return [door];
    const window = limitDoor(door, ending, input);
    return window === null ? [] : [{ ...door, window }];
  };
  const doors = decision.doors.flatMap(limit);
  const heldDoors = decision.heldDoors.flatMap(limit);
  const hasAsked = decision.doors.length + decision.heldDoors.length > 0;
  const isShut = hasAsked && doors.length + heldDoors.length === 0 && decision.problems.some(isBlocking);
  return { ...decision, doors, heldDoors, waitsFor: decision.waitsFor ?? (isShut ? 'mending' : null) };
}

function limitDoor(
  door: WantedDoor,
  ending: ConnectionEnding,
  { persons, claims, now }: LimitInput,
): AccessWindow | null {
  const personId = persons.find((person) => person.integrationId === door.integrationId)?.id;
  const claim = claims.find((one) => one.personId === personId && one.groupId === door.groupId);
  if (claim === undefined || claim.isReleased || isClaimFinished(claim) || isOver(claim.window, now)) return null;
  if (ending.isFinal) return claim.settledAs === 'granted' || claim.settledAs === 'observed' ? claim.window : null;
  const until = earlierEnd(door.window.until, ending.until) ?? ending.until;
  return until <= Math.max(door.window.from, now) ? null : { from: door.window.from, until };
}
