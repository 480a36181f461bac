import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { ADA, BOB, FRONT, THAMES } from '../support/world';

/** An integration that only observes: what it would have done is told, and nothing is done. */
describe('observations', () => {
  let line: BenchLine;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
    await line.map('lobby', FRONT.group);
    await line.ledger.prisma.integration.update({ where: { id: line.integrationId }, data: { mode: 'observe' } });
  });
  afterEach(() => line.stop());

  const observe = async (limit = 50, after: string | null = null) => {
    const { connections } = line.latchkey.http;
    const page = await connections.listObservations(line.organizationId, line.integrationId, { limit, after });
    if (page === null) throw new Error('There is no such integration.');
    return page;
  };
  const effects = async (): Promise<string[]> =>
    (await observe()).items.map((one) => `${one.entitlement.id}: ${one.what}`).sort();
  const book = async (id: string, from: number, until: number, more: object = {}): Promise<void> => {
    await line.book({ id, from, until, ...more });
    await line.run();
  };
  const cancel = async (id: string): Promise<void> => {
    await line.say(id, { kind: 'cancellation', version: null });
    await line.run();
  };

  it('say who would be let in where, when and for what, and nothing is written at Kisi', async () => {
    const before = (await line.simulator.requests()).filter(({ method }) => method !== 'GET').length;
    await book('a', 30, 60);
    await line.goTo(20);
    const [group] = await line.ledger.prisma.kisiDoor.findMany({ where: { type: 'group', kisiId: THAMES.group } });
    expect((await observe()).items).toEqual([
      {
        at: line.at(0),
        what: 'would_grant',
        memberId: ADA.id,
        memberName: ADA.name,
        groupId: THAMES.group,
        groupName: group?.name ?? null,
        from: line.at(15),
        until: line.at(60),
        entitlement: { kind: 'booking', id: 'a', source: 'default' },
      },
    ]);
    await cancel('a');
    expect((await line.simulator.requests()).filter(({ method }) => method !== 'GET')).toHaveLength(before);
    expect(await line.simulator.assignmentsOf(ADA.email)).toEqual([]);
  });

  it('say that access would be taken away when its booking is cancelled, and when it is over', async () => {
    await book('cancelled', 0, 60);
    await book('over', 0, 60, { member: BOB });
    expect(await effects()).toEqual(['cancelled: would_grant', 'over: would_grant']);
    await cancel('cancelled');
    expect(await effects()).toEqual(['cancelled: would_revoke', 'over: would_grant']);
    await line.goTo(62);
    expect(await effects()).toEqual(['cancelled: would_revoke', 'over: would_revoke']);
    expect((await line.booking('cancelled')).state).toBe('ended');
  });

  it('say that a person who has the door already would keep it', async () => {
    await book('first', 0, 120);
    await line.goTo(1);
    await book('within', 30, 60);
    expect(await effects()).toEqual(['first: would_grant', 'within: would_keep']);
    // The longer one goes on, so nothing would be taken away with the shorter.
    await cancel('within');
    expect(await effects()).toEqual(['first: would_grant', 'within: would_keep']);
    await cancel('first');
    expect(await effects()).toEqual(['first: would_revoke', 'within: would_revoke']);
  });

  it('keep doors and people apart', async () => {
    await book('ada', 0, 120);
    await line.goTo(1);
    await book('bob', 0, 120, { member: BOB });
    await book('ada elsewhere', 0, 120, { resource: 'lobby' });
    expect(await effects()).toEqual(['ada elsewhere: would_grant', 'ada: would_grant', 'bob: would_grant']);
  });

  it('come newest first, page by page, each once', async () => {
    for (const minute of [0, 1, 2, 3, 4]) {
      await line.goTo(minute);
      await book(`b${minute}`, 30, 60, { member: { id: `m${minute}`, email: `m${minute}@example.com`, name: 'M' } });
    }
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await observe(2, after);
      seen.push(...page.items.map((one) => one.entitlement.id));
      after = page.nextAfter;
      if (after === null) break;
    }
    expect(seen).toEqual(['b4', 'b3', 'b2', 'b1', 'b0']);
  });
});
