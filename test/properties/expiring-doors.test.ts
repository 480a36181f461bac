import fc from 'fast-check';
import { isClaimFinished, type EntitlementDecision, type WantedDoor } from '../../src/domain/entitlement';
import { limitToLivingClaims, type LimitInput } from '../../src/domain/expiring-doors';
import { earlierEnd, isOver, type AccessWindow } from '../../src/domain/windows';

type HeldClaim = LimitInput['claims'][number];

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const ENDING = 'ending';
const persons = [
  { integrationId: ENDING, id: 'ada-there' },
  { integrationId: 'other', id: 'ada-elsewhere' },
];

const window: fc.Arbitrary<AccessWindow> = fc
  .record({ from: fc.integer({ min: -8, max: 8 }), hours: fc.option(fc.integer({ min: 1, max: 12 })) })
  .map(({ from, hours }) => ({ from: NOW + from * HOUR, until: hours === null ? null : NOW + (from + hours) * HOUR }));
const groupId = fc.integer({ min: 1, max: 6 });
const integrationId = fc.constantFrom(ENDING, 'other');
const same = (one: { integrationId: string; groupId: number }): string => `${one.integrationId}/${one.groupId}`;

/** What a decision asks for: open doors, all still to come or open now, and some of them only kept. */
const asked = fc
  .uniqueArray(fc.record({ integrationId, groupId, window, isKept: fc.boolean() }), { selector: same, maxLength: 8 })
  .map((all) => all.filter((door) => !isOver(door.window, NOW)))
  .map((all) => {
    const doors = (isKept: boolean): WantedDoor[] =>
      all.filter((one) => one.isKept === isKept).map(({ isKept: _, ...door }) => door);
    return { doors: doors(false), heldDoors: doors(true) };
  });

const claim: fc.Arbitrary<HeldClaim> = fc
  .record({
    person: fc.constantFrom(...persons, { integrationId: ENDING, id: 'somebody-else' }),
    groupId,
    window,
    isReleased: fc.boolean(),
    settledAs: fc.constantFrom(null, 'granted', 'waiting', 'observed', 'ended'),
  })
  .map(({ person, ...more }) => ({
    ...more,
    integrationId: person.integrationId,
    personId: person.id,
    problem: null,
  }));
const claims = fc.uniqueArray(claim, { selector: (one) => `${one.personId}/${one.groupId}`, maxLength: 10 });
const until = fc.integer({ min: 1, max: 10 }).map((hours) => NOW + hours * HOUR);

const decisionOf = (given: Pick<EntitlementDecision, 'doors' | 'heldDoors'>): EntitlementDecision => ({
  ...given,
  isPending: false,
  ended: null,
  waitsFor: null,
  problems: ['integration_disconnected'],
  window: null,
  lookAgainAt: null,
});
const inputOf = (all: readonly HeldClaim[], lastInstant: number, isFinal: boolean): LimitInput => ({
  rules: [
    { integrationId: 'other', ending: null },
    { integrationId: ENDING, ending: { until: lastInstant, isFinal } },
  ],
  persons,
  claims: all,
  now: NOW,
});
const isThere = (door: WantedDoor): boolean => door.integrationId === ENDING;
const livingClaim = (door: WantedDoor, all: readonly HeldClaim[]): HeldClaim | undefined =>
  all.find(
    (one) =>
      one.personId === 'ada-there' &&
      one.groupId === door.groupId &&
      !one.isReleased &&
      !isClaimFinished(one) &&
      !isOver(one.window, NOW),
  );

/** Every door that is left, open or only kept. */
const left = ({ doors, heldDoors }: EntitlementDecision): WantedDoor[] => [...doors, ...heldDoors];

describe('doors where a connection ends by expiry', () => {
  it('never end later than the last instant, kept ones included', () => {
    fc.assert(
      fc.property(asked, claims, until, (given, all, lastInstant) => {
        const limited = limitToLivingClaims(decisionOf(given), inputOf(all, lastInstant, false));
        for (const door of left(limited).filter(isThere)) {
          expect(door.window.until).not.toBeNull();
          expect(door.window.until).toBeLessThanOrEqual(lastInstant);
          expect(door.window.until).toBeGreaterThan(Math.max(door.window.from, NOW));
        }
      }),
    );
  });

  it('are given to nobody anew', () => {
    fc.assert(
      fc.property(asked, claims, until, fc.boolean(), (given, all, lastInstant, isFinal) => {
        const limited = limitToLivingClaims(decisionOf(given), inputOf(all, lastInstant, isFinal));
        for (const door of left(limited).filter(isThere)) expect(livingClaim(door, all)).toBeDefined();
      }),
    );
  });

  it('stay as they are where they end in time, and are cut to the last instant otherwise', () => {
    fc.assert(
      fc.property(asked, claims, until, (given, all, lastInstant) => {
        const limited = limitToLivingClaims(decisionOf(given), inputOf(all, lastInstant, false));
        const living = left(decisionOf(given)).filter((door) => isThere(door) && livingClaim(door, all));
        for (const door of living.filter(({ window: { from } }) => from < lastInstant)) {
          const cut = { from: door.window.from, until: earlierEnd(door.window.until, lastInstant) };
          expect(left(limited).find((one) => same(one) === same(door))?.window).toEqual(cut);
        }
      }),
    );
  });

  it('stay exactly as Kisi has them once the key is gone', () => {
    fc.assert(
      fc.property(asked, claims, until, (given, all, lastInstant) => {
        const limited = limitToLivingClaims(decisionOf(given), inputOf(all, lastInstant, true));
        for (const door of left(limited).filter(isThere)) {
          const held = livingClaim(door, all);
          expect(['granted', 'observed']).toContain(held?.settledAs);
          expect(door.window).toEqual(held?.window);
        }
      }),
    );
  });

  it('are no concern of other integrations, and a door that is only kept is never more than kept', () => {
    fc.assert(
      fc.property(asked, claims, until, fc.boolean(), (given, all, lastInstant, isFinal) => {
        const limited = limitToLivingClaims(decisionOf(given), inputOf(all, lastInstant, isFinal));
        const elsewhere = (doors: readonly WantedDoor[]): WantedDoor[] => doors.filter((door) => !isThere(door));
        expect(elsewhere(limited.doors)).toEqual(elsewhere(given.doors));
        expect(elsewhere(limited.heldDoors)).toEqual(elsewhere(given.heldDoors));
        expect(given.doors.map(same)).toEqual(expect.arrayContaining(limited.doors.map(same)));
        expect(given.heldDoors.map(same)).toEqual(expect.arrayContaining(limited.heldDoors.map(same)));
      }),
    );
  });

  it('are limited once: doing it again changes nothing', () => {
    fc.assert(
      fc.property(asked, claims, until, fc.boolean(), (given, all, lastInstant, isFinal) => {
        const input = inputOf(all, lastInstant, isFinal);
        const limited = limitToLivingClaims(decisionOf(given), input);
        expect(limitToLivingClaims(limited, input)).toEqual(limited);
      }),
    );
  });

  it('are all there where no connection ends', () => {
    fc.assert(
      fc.property(asked, claims, (given, all) => {
        const rules = [{ integrationId: ENDING }, { integrationId: 'other', ending: null }];
        const decision = decisionOf(given);
        const limited = limitToLivingClaims(decision, { ...inputOf(all, NOW, false), rules });
        expect(left(limited)).toEqual(left(decision));
      }),
    );
  });
});
