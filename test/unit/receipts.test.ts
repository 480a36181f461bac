import { lateSecondsOf, resultOfDoor, type DoorEnding, type StoredDoor } from '../../src/domain/receipts';
import {
  canonicalJson,
  chainHashOf,
  contentHashOf,
  createLogVerifier,
  GENESIS_HASH,
  toContent,
  type ChainedReceipt,
  type ChainHead,
} from '../../src/usecases/receipt-chain';

const at = (second: number): string => new Date(Date.UTC(2030, 0, 1) + second * 1_000).toISOString();
const door = (ending: DoorEnding): StoredDoor => ({
  ...{ claimId: 'c', personId: 'p', integrationId: 'i', groupId: 1, windowFrom: at(-60), windowUntil: at(0) },
  ...ending,
});

describe('what a receipt says of a door', () => {
  const removed = { given: true, deletedAt: at(3), verifiedAbsentAt: at(4), keptFor: [] };
  it.each<readonly [string, DoorEnding, number | null]>([
    ['removed', removed, 3],
    ['removed', { ...removed, refusedAt: at(0) }, 0],
    ['removed', { ...removed, deletedAt: null }, 4],
    ['kept', { given: true, keptFor: ['e'] }, null],
    // The other asks for it, but somebody deleted it in Kisi.
    ['removed', { ...removed, keptFor: ['e'] }, 3],
    // Given, and nothing says how it went: never taken for proof.
    ['unverified', { given: true, keptFor: [] }, null],
    ['never_given', { given: false, keptFor: [] }, null],
    ['never_given', { given: false, keptFor: ['e'] }, null],
    ['foreign', { given: false, foreign: true }, null],
    ['observed', { observed: true }, null],
    ['expired', { given: true, unverified: true, refusedAt: at(0) }, 0],
    ['unverified', { given: true, unverified: true, refusedAt: null }, null],
    ['written_off', { given: true, unverified: true, refusedAt: null, writtenOff: true }, null],
    // As an earlier version wrote them.
    ['removed', { deletedAt: at(3), verifiedAbsentAt: at(4), attempts: 1, keptFor: [] }, 3],
    ['never_given', { deletedAt: null, verifiedAbsentAt: null, attempts: 0, keptFor: [] }, null],
    ['written_off', { unverified: true, refusedAt: null, writtenOffBy: null, reason: 'r' }, null],
  ])('is %s for %j, and how late it closed', (result, ending, late) => {
    expect([resultOfDoor(door(ending)), lateSecondsOf(Date.parse(at(0)), [door(ending)])]).toEqual([result, late]);
  });

  it('is as late as its last door, never early, and unknown where one door is', () => {
    const due = Date.parse(at(0));
    const [late, early] = [door({ ...removed, deletedAt: at(9) }), door({ ...removed, deletedAt: at(-5) })];
    expect(lateSecondsOf(due, [early, late, door({ observed: true })])).toBe(9);
    expect(lateSecondsOf(due, [early])).toBe(0);
    expect(lateSecondsOf(due, [late, door({ unverified: true })])).toBeNull();
  });
});

describe('the canonical content', () => {
  it('is the same whatever the order of its fields, and has the bytes of RFC 8785', () => {
    expect(canonicalJson({ b: [1, null, 'é"\n'], a: { d: true, c: 0.5 }, A: undefined })).toBe(
      '{"a":{"c":0.5,"d":true},"b":[1,null,"é\\"\\n"]}',
    );
  });

  it('does not hold the words of people, so erasing them breaks nothing', () => {
    const of = (doors: readonly StoredDoor[]): string =>
      contentHashOf(
        toContent({
          ...{ id: 'r', organizationId: 'o', entitlement: { kind: 'booking', source: 's', id: 'b' } },
          ...{ ending: 1, reason: 'cancelled', dueAt: at(0), writtenAt: at(1), doors },
        }),
      );
    const given = { given: true, unverified: true, writtenOff: true };
    const whole = of([door({ ...given, writtenOffBy: 'Olivia', reason: 'Ada moved out' })]);
    expect(of([door({ ...given, writtenOffBy: null, reason: null })])).toBe(whole);
    expect(of([door({ ...given, unverified: false })])).not.toBe(whole);
  });
});

describe('the verifier of a log', () => {
  const make = (count: number, first: ChainHead = { number: 0, hash: GENESIS_HASH }): ChainedReceipt[] => {
    const lines: ChainedReceipt[] = [];
    let before = first;
    for (let index = 0; index < count; index += 1) {
      const number = before.number + 1;
      const content = { v: 1, id: `receipt-${number}`, doors: [] };
      const contentHash = contentHashOf(content);
      const hash = chainHashOf(number, before.hash, contentHash);
      lines.push({ number, previousHash: before.hash, contentHash, hash, content });
      before = { number, hash };
    }
    return lines;
  };
  const verify = (lines: readonly unknown[], heads: readonly ChainHead[] = []) => {
    const verifier = createLogVerifier(heads);
    for (const line of lines) verifier.take(typeof line === 'string' ? line : JSON.stringify(line));
    return verifier.end();
  };
  const log = make(5);
  const headAt = (number: number): ChainHead => ({ number, hash: log[number - 1]?.hash ?? '' });
  const change = (index: number, changed: Partial<ChainedReceipt>) =>
    log.map((line, place) => (place === index ? { ...line, ...changed } : line));

  it('finds nothing wrong with a whole one, with earlier heads, and with none at all', () => {
    expect(verify(log, [headAt(2), headAt(5)])).toEqual({ receipts: 5, head: headAt(5), broken: [] });
    expect(verify([])).toEqual({ receipts: 0, head: { number: 0, hash: GENESIS_HASH }, broken: [] });
  });

  it('takes a log that begins right after an earlier head, and no other that begins late', () => {
    expect(verify(log.slice(2), [headAt(2)]).broken).toEqual([]);
    expect(verify(log.slice(2)).broken).toMatchObject([{ line: 1, fault: 'gap' }]);
    expect(verify(log.slice(2), [{ number: 2, hash: 'f'.repeat(64) }]).broken).toMatchObject([
      { fault: 'link_broken' },
    ]);
  });

  it.each([
    ['a changed content', change(2, { content: { v: 1, id: 'other' } }), 3, 'content_changed'],
    ['a changed content hash', change(2, { contentHash: 'f'.repeat(64) }), 3, 'hash_changed'],
    ['a changed hash', change(2, { hash: 'f'.repeat(64) }), 3, 'hash_changed'],
    ['a changed hash, at the next line', change(2, { hash: 'f'.repeat(64) }), 4, 'link_broken'],
    ['a changed link', change(2, { previousHash: 'f'.repeat(64) }), 3, 'link_broken'],
    ['a changed number', change(2, { number: 9 }), 3, 'gap'],
    ['a line left out', log.filter((_, place) => place !== 2), 3, 'gap'],
    ['a line twice', [...log.slice(0, 3), ...log.slice(2)], 4, 'gap'],
    ['two lines in the other order', [log[1], log[0], ...log.slice(2)], 1, 'gap'],
    ['a line that is none', [...log, 'x'], 6, 'unreadable'],
    ['a line of something else', [...log, { number: 6 }], 6, 'unreadable'],
  ] as const)('finds %s', (_what, lines, line, fault) => {
    expect(verify(lines).broken).toContainEqual(expect.objectContaining({ line, fault }));
  });

  it('finds a chain that was made anew as a whole, or cut, only by an earlier head', () => {
    const [first, ...others] = make(5);
    const anew = make(4, { number: 1, hash: first?.hash ?? '' }).map((line) => ({ ...line }));
    expect(others).toEqual(anew);
    const forged = ((): ChainedReceipt[] => {
      const content = { v: 1, id: 'forged', doors: [] };
      const contentHash = contentHashOf(content);
      const hash = chainHashOf(1, GENESIS_HASH, contentHash);
      return [{ number: 1, previousHash: GENESIS_HASH, contentHash, hash, content }, ...make(4, { number: 1, hash })];
    })();
    expect(verify(forged).broken).toEqual([]);
    expect(verify(forged, [headAt(4)]).broken).toMatchObject([{ line: 4, fault: 'head_differs' }]);
    expect(verify(log.slice(0, 3)).broken).toEqual([]);
    expect(verify(log.slice(0, 3), [headAt(5)]).broken).toMatchObject([{ line: 0, fault: 'cut_off' }]);
  });
});
