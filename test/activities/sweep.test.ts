import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { seedStaff, STAFF_GROUP, sweep } from '../support/sweep-line';
import { ADA, FRONT, THAMES } from '../support/world';

interface SeenAssignment {
  readonly id: number;
  readonly group_id: number;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
  readonly created_by_id: number;
}

/** What a sweep sees of what somebody did in Kisi, what becomes of it, and what it leaves alone. */
describe('a sweep', () => {
  let line: BenchLine;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
    await line.map('lobby', FRONT.group);
  });
  afterEach(() => line.stop());

  const drift = () => line.ledger.prisma.drift.findMany({ orderBy: { id: 'asc' } });
  const codes = async (): Promise<string[]> => (await drift()).map(({ code, status }) => `${code} ${status}`).sort();
  const opens = async (email = ADA.email, lock = THAMES.lock): Promise<boolean> =>
    (await line.simulator.access(email, lock, line.now())).allowed;
  const held = async (): Promise<SeenAssignment[]> =>
    (await line.simulator.byHand('GET', '/role_assignments?limit=250')) as SeenAssignment[];
  const heldIn = async (groupId: number): Promise<SeenAssignment | undefined> =>
    (await held()).find((one) => one.group_id === groupId);
  const theirs = async (groupId: number = THAMES.group): Promise<SeenAssignment> => {
    const one = await heldIn(groupId);
    if (one === undefined) throw new Error('Nothing is held.');
    return one;
  };
  const userOf = async (email: string): Promise<number> => {
    const [user] = (await line.simulator.byHand('GET', `/users?email=${encodeURIComponent(email)}`)) as {
      id: number;
    }[];
    if (user === undefined) throw new Error('There is no such user.');
    return user.id;
  };
  const policy = async (driftRepair: 'repair' | 'report'): Promise<void> => {
    await line.ledger.prisma.organization.updateMany({ data: { driftRepair } });
  };
  const writes = async (): Promise<number> =>
    (await line.simulator.requests()).filter(({ method }) => method !== 'GET').length;
  /** A booking that is inside its window and was written a while ago, as a sweep finds it. */
  const bookAda = async (until = 120): Promise<void> => {
    await line.book({ id: 'a', from: 0, until });
    await line.goTo(2);
    expect(await opens()).toBe(true);
  };
  const bookMany = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const member = { id: `m${n}`, email: `m${n}@example.com`, name: 'M' };
      await line.book({ id: member.id, member, from: 0, until: 120 });
    }
    await line.goTo(2);
  };
  let minute = 2;
  beforeEach(() => {
    minute = 2;
  });
  const later = async (minutes = 1): Promise<void> => {
    minute += minutes;
    await line.goTo(minute);
  };

  it('finds nothing where nobody did anything, and asks only for lists', async () => {
    await bookAda();
    const before = (await line.simulator.requests()).length;
    expect((await sweep(line)).failure).toBeNull();
    const asked = (await line.simulator.requests()).slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(asked).toEqual(['GET /groups', 'GET /users', 'GET /role_assignments']);
    // Sam's access to another group is nobody's business here.
    expect(await drift()).toEqual([]);
    expect(await line.ledger.prisma.sweep.findMany()).toMatchObject([
      { status: 'finished', pages: 3, calls: 3, found: 0, groups: 8, users: 4, assignments: 4 },
    ]);
    expect(await line.ledger.prisma.sweepPage.count()).toBe(0);
  });

  it('has access given again that somebody deleted', async () => {
    await bookAda();
    await line.simulator.byHand('DELETE', `/role_assignments/${(await theirs()).id}`);
    expect(await opens()).toBe(false);
    await sweep(line);
    expect(await codes()).toEqual(['deleted_outside repairing']);
    await later();
    expect(await opens()).toBe(true);
    await sweep(line);
    expect(await codes()).toEqual(['deleted_outside closed']);
    const [told] = await line.ledger.prisma.timelineEntry.findMany({ where: { kind: 'drift_observed' } });
    expect(told).toMatchObject({ groupId: THAMES.group, details: { code: 'deleted_outside' } });
  });

  it.each([
    ['longer', null, true],
    ['shorter', 1, false],
  ])('has access put right that somebody made %s', async (_how, until, isOpenMeanwhile) => {
    await bookAda();
    const before = await theirs();
    const dates = { valid_until: until === null ? null : new Date(line.at(until)).toISOString() };
    await line.simulator.byHand('PATCH', `/role_assignments/${before.id}`, { role_assignment: dates });
    expect(await opens()).toBe(isOpenMeanwhile);
    await sweep(line);
    expect(await codes()).toEqual(['modified_outside repairing']);
    await later();
    expect(await theirs()).toEqual(expect.objectContaining({ id: before.id, valid_until: before.valid_until }));
    await sweep(line);
    expect(await codes()).toEqual(['modified_outside closed']);
  });

  it('takes away what is ours and came back after it had been deleted', async () => {
    await bookAda();
    const before = await theirs();
    await line.say('a', { kind: 'cancellation', version: null });
    await later();
    expect(await heldIn(THAMES.group)).toBeUndefined();
    // Kisi restored a backup: the very assignment is there again.
    await line.ledger.prisma.intent.updateMany({
      where: { change: 'revoke' },
      data: { assignmentId: before.id + 1_000 },
    });
    const userId = await userOf(ADA.email);
    const again = (await line.simulator.byHand('POST', '/role_assignments', {
      role_assignment: { user_id: userId, role_id: 'group_basic', group_id: THAMES.group },
    })) as SeenAssignment;
    await line.ledger.prisma.intent.updateMany({ where: { change: 'revoke' }, data: { assignmentId: again.id } });
    expect(await opens()).toBe(true);
    await sweep(line);
    expect(await codes()).toEqual(['modified_outside repairing']);
    await later();
    expect(await opens()).toBe(false);
    expect(await heldIn(THAMES.group)).toBeUndefined();
  });

  it('reports what others gave in our groups, and never touches it', async () => {
    await bookAda();
    const sam = 5003;
    // Made with our own key, and yet not asked for by us.
    const response = await fetch(`${line.simulator.url}/role_assignments`, {
      method: 'POST',
      headers: { Authorization: 'KISI-LOGIN simulated-key-of-the-integration', 'Content-Type': 'application/json' },
      body: JSON.stringify({ role_assignment: { user_id: sam, role_id: 'group_basic', group_id: THAMES.group } }),
    });
    expect(response.ok).toBe(true);
    const before = await writes();
    await sweep(line);
    await later(6);
    await sweep(line);
    expect(await codes()).toEqual(['foreign_assignment open']);
    expect(await drift()).toMatchObject([{ kisiUserId: sam, groupId: THAMES.group, personId: null, times: 1 }]);
    expect(await writes()).toBe(before);
    expect(await opens('sam.staff@harbour-works.example')).toBe(true);
  });

  it('lets a claim that waits go on with what somebody gave to that person', async () => {
    await bookAda();
    await line.simulator.byHand('DELETE', `/role_assignments/${(await theirs()).id}`);
    await line.simulator.byHand('POST', '/role_assignments', {
      role_assignment: { user_id: await userOf(ADA.email), role_id: 'group_basic', group_id: THAMES.group },
    });
    const before = await writes();
    await sweep(line);
    expect(await codes()).toEqual(['deleted_outside repairing', 'foreign_assignment open']);
    await later();
    expect(await writes()).toBe(before);
    expect(await opens()).toBe(true);
    await line.say('a', { kind: 'cancellation', version: null });
    await later();
    expect(await writes()).toBe(before);
  });

  it('has a person invited again whom somebody deleted in Kisi', async () => {
    await bookAda();
    await line.simulator.byHand('DELETE', `/users/${await userOf(ADA.email)}`);
    await sweep(line);
    expect(await codes()).toEqual(['user_missing repairing']);
    await later();
    expect(await opens()).toBe(true);
    await sweep(line);
    expect(await codes()).toEqual(['user_missing closed']);
  });

  it('says when somebody switched a person off in Kisi, until they are on again', async () => {
    await bookAda();
    const userId = await userOf(ADA.email);
    await line.simulator.byHand('PATCH', `/users/${userId}`, { user: { access_enabled: false } });
    await sweep(line);
    expect(await codes()).toEqual(['user_disabled open']);
    await line.simulator.byHand('PATCH', `/users/${userId}`, { user: { access_enabled: true } });
    await later();
    await sweep(line);
    expect(await codes()).toEqual(['user_disabled closed']);
  });

  it('says when a group is gone, and once, not for everybody in it', async () => {
    await bookAda();
    await line.simulator.byHand('DELETE', `/groups/${THAMES.group}`);
    await sweep(line);
    expect(await codes()).toEqual(['group_missing open']);
    await later();
    expect((await line.booking('a')).problems.map(({ code }) => code)).toContain('group_missing');
  });

  describe('of an organization that wants to be told only', () => {
    beforeEach(() => policy('report'));

    it('leaves deleted what somebody deleted, and says so, until the booking is over', async () => {
      await bookAda(60);
      await line.simulator.byHand('DELETE', `/role_assignments/${(await theirs()).id}`);
      const before = await writes();
      await sweep(line);
      await later(6);
      await sweep(line);
      expect(await codes()).toEqual(['deleted_outside open']);
      expect(await opens()).toBe(false);
      expect(await writes()).toBe(before);
      expect((await line.booking('a')).problems).toMatchObject([{ code: 'deleted_outside' }]);
      await later(55);
      expect((await line.booking('a')).state).toBe('ended');
      await sweep(line);
      expect(await codes()).toEqual(['deleted_outside closed']);
    });

    it('lets the same person in again for a booking after that', async () => {
      await bookAda(60);
      await line.book({ id: 'b', from: 100, until: 160 });
      await later();
      await line.simulator.byHand('DELETE', `/role_assignments/${(await theirs()).id}`);
      await sweep(line);
      await later(100);
      expect(await opens()).toBe(true);
    });

    it('leaves shorter what somebody made shorter, and takes away what somebody made longer', async () => {
      await bookAda();
      const before = await theirs();
      const shorter = new Date(line.at(30)).toISOString();
      await line.simulator.byHand('PATCH', `/role_assignments/${before.id}`, {
        role_assignment: { valid_until: shorter },
      });
      await sweep(line);
      await later();
      expect(Date.parse((await theirs()).valid_until ?? '')).toBe(line.at(30));
      expect(await codes()).toEqual(['modified_outside open']);
      await line.simulator.byHand('PATCH', `/role_assignments/${before.id}`, {
        role_assignment: { valid_until: null },
      });
      await sweep(line);
      await later();
      expect((await theirs()).valid_until).toBe(before.valid_until);
    });

    it('invites nobody again whom somebody deleted', async () => {
      await bookAda();
      await line.simulator.byHand('DELETE', `/users/${await userOf(ADA.email)}`);
      const before = await writes();
      await sweep(line);
      await later(6);
      await sweep(line);
      expect(await codes()).toEqual(['user_missing open']);
      expect(await writes()).toBe(before);
      expect((await line.booking('a')).problems).toMatchObject([{ code: 'user_missing' }]);
    });

    it('puts right what waits once the policy says so', async () => {
      await bookAda();
      await line.simulator.byHand('DELETE', `/role_assignments/${(await theirs()).id}`);
      await sweep(line);
      await later();
      expect(await opens()).toBe(false);
      await policy('repair');
      await sweep(line);
      await later();
      expect(await opens()).toBe(true);
    });
  });

  describe('that cannot read everything', () => {
    const expectNothingConcluded = async (): Promise<void> => {
      expect(await drift()).toEqual([]);
      expect(await opens()).toBe(true);
      expect(await line.ledger.prisma.assignment.count({ where: { presence: 'present' } })).toBe(1);
    };

    it.each(['/groups', '/users', '/role_assignments'])(
      'says so and concludes nothing when Kisi is silent at %s',
      async (path) => {
        await bookAda();
        await line.simulator.fault({ method: 'GET', path, kind: 'drop_before' });
        expect((await sweep(line)).failure).toBe('kisi_unavailable');
        await expectNothingConcluded();
        expect(await line.ledger.prisma.sweep.findMany()).toMatchObject([
          { status: 'failed', failure: 'kisi_unavailable' },
        ]);
        await line.simulator.clearFaults();
        await later();
        expect((await sweep(line)).failure).toBeNull();
      },
    );

    it.each(['html', 'truncated'])('says so when an answer is %s', async (kind) => {
      await bookAda();
      await line.simulator.fault({ method: 'GET', path: '/role_assignments', kind });
      expect((await sweep(line)).failure).toBe('kisi_unavailable');
      await expectNothingConcluded();
    });

    it('begins a list again that became shorter or showed an id twice, and gives up when it goes on', async () => {
      await seedStaff(line, 600);
      await bookAda();
      const deleteOne = async (): Promise<void> => {
        const one = (await held()).find(({ group_id }) => group_id === STAFF_GROUP);
        await line.simulator.byHand('DELETE', `/role_assignments/${one?.id}`);
      };
      let hires = 0;
      const hire = async (): Promise<void> => {
        hires += 1;
        const user = { email: `new-${hires}@example.com`, send_emails: false };
        const { id } = (await line.simulator.byHand('POST', '/users', { user })) as { id: number };
        const assignment = { user_id: id, role_id: 'group_basic', group_id: STAFF_GROUP };
        await line.simulator.byHand('POST', '/role_assignments', { role_assignment: assignment });
      };
      let deletions = 0;
      const once = await sweep(line, async ({ list, offset }) => {
        if (list === 'assignments' && offset === 250 && deletions < 1) {
          deletions += 1;
          await deleteOne();
        }
      });
      expect(once.failure).toBeNull();
      const always = await sweep(line, async ({ list, offset }) => {
        if (list === 'assignments' && offset > 0) await deleteOne();
      });
      expect(always.failure).toBe('list_changed');
      // New rows come first: what was last on a page is first on the next one.
      await line.simulator.switches({ list_order: 'newest_first' });
      const twice = await sweep(line, async ({ list, offset }) => {
        if (list === 'assignments' && offset === 250) await hire();
      });
      expect(twice.failure).toBe('list_changed');
      await expectNothingConcluded();
    });

    it('does not believe a list that leaves out much of what Kisi has', async () => {
      await line.simulator.fault({ method: 'GET', path: '/role_assignments', kind: 'stale_list' });
      await bookMany(15);
      const swept = await sweep(line);
      expect([swept.failure, await drift()]).toEqual(['list_incomplete', []]);
    });

    it('believes that much is gone when Kisi has nothing of what it is asked for', async () => {
      await bookMany(15);
      const mine = (await held()).filter(({ group_id }) => group_id === THAMES.group);
      for (const { id } of mine) await line.simulator.byHand('DELETE', `/role_assignments/${id}`);
      expect((await sweep(line)).failure).toBeNull();
      expect(await codes()).toEqual(Array.from({ length: 15 }, () => 'deleted_outside repairing'));
      await later(3);
      expect((await held()).filter(({ group_id }) => group_id === THAMES.group)).toHaveLength(15);
      const [swept] = await line.ledger.prisma.sweep.findMany();
      expect(swept).toMatchObject({ calls: 6, pages: 3 });
    });
  });
});
