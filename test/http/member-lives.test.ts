import request from 'supertest';
import { createApp } from '../../src/http/app';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { ADA, BOB, FRONT, THAMES } from '../support/world';

/** What facts about members do to doors, and how all of it is shown. */
describe('a member', () => {
  let line: BenchLine;
  let token: string;
  const get = async <T extends object = Record<string, never>>(path: string): Promise<T> => {
    const answer = await request(createApp(line.latchkey.http)).get(path).set('Authorization', `Bearer ${token}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.body as T;
  };
  const put = async (path: string, body: object) => {
    const answer = await request(createApp(line.latchkey.http))
      .put(path)
      .set('Authorization', `Bearer ${token}`)
      .send(body);
    expect([path, answer.status]).toEqual([path, 202]);
    return answer.body as Record<string, unknown>;
  };
  const describeMember = (change: object = {}) =>
    put('/v1/members/ada', { email: ADA.email, name: ADA.name, status: 'active', ...change });
  const opens = async (lock: number, email = ADA.email) => (await line.simulator.access(email, lock)).allowed;
  interface Shown {
    readonly status: string;
    readonly hasAccessNow: boolean;
    readonly entitlements: readonly {
      readonly id: string;
      readonly by: string;
      readonly state: string;
      readonly doors: readonly { readonly personId: string; readonly groupId: number; readonly state: string }[];
    }[];
    readonly endedEntitlements: number;
    readonly persons: readonly {
      readonly id: string;
      readonly isCurrent: boolean;
      readonly kisiUserId: number | null;
    }[];
  }

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    const actor = { organizationId: line.organizationId, name: 'test' };
    const scopes = ['events', 'read', 'operate', 'admin'] as const;
    const made = await line.latchkey.http.makeToken(actor, { name: 'all', scopes, sourceId: null });
    if (made === 'unknown_source') throw new Error('no source');
    token = made.token;
    await line.map('thames', THAMES.group);
    await line.map('lobby', FRONT.group);
  });
  afterEach(() => line.stop());

  it('who leaves loses everything at once, and gets back what still lives when they come back', async () => {
    await line.book({ id: 'now', from: 0, until: 60 });
    await line.book({ id: 'later', resource: 'lobby', from: 40, until: 100 });
    await line.book({ id: 'soon-over', from: 0, until: 20 });
    await line.book({ id: 'bobs', member: BOB, from: 0, until: 60 });
    await line.goTo(5);
    expect([await opens(THAMES.lock), await opens(THAMES.lock, BOB.email)]).toEqual([true, true]);

    const left = await describeMember({ status: 'left' });
    expect(left['ended']).toEqual(
      ['now', 'later', 'soon-over'].map((id) => ({ kind: 'booking', id, source: 'default' })),
    );
    await line.goTo(6);
    expect([await opens(THAMES.lock), await opens(THAMES.lock, BOB.email)]).toEqual([false, true]);
    expect(await line.simulator.assignmentsOf(ADA.email)).toEqual([]);
    expect(await line.booking('now')).toMatchObject({ state: 'ended', receipt: { reason: 'member_left' } });
    expect(await get<Shown>('/v1/members/ada')).toMatchObject({
      status: 'left',
      hasAccessNow: false,
      endedEntitlements: 3,
    });
    // What is booked meanwhile opens nothing either.
    await line.book({ id: 'booked-meanwhile', resource: 'lobby', from: 0, until: 60 });
    await line.goTo(7);
    expect(await opens(FRONT.lock)).toBe(false);

    await line.goTo(25);
    await describeMember();
    await line.goTo(26);
    expect([await opens(THAMES.lock), await opens(FRONT.lock)]).toEqual([true, true]);
    expect(await line.booking('now')).toMatchObject({ state: 'active', receipt: null });
    expect((await line.booking('soon-over')).state).toBe('ended');
    const { entitlements } = await get<Shown>('/v1/members/ada');
    expect(entitlements.map(({ id, state }) => [id, state])).toEqual([
      ['booked-meanwhile', 'active'],
      ['later', 'active'],
      ['now', 'active'],
    ]);
    await line.goTo(110);
    expect(await line.ledger.prisma.receipt.count({ where: { entitlement: { externalId: 'now' } } })).toBe(2);
  });

  it('shows every reason to be let in, their own and as a guest, with each door', async () => {
    await line.book({ id: 'own', from: 0, until: 60 });
    await line.book({
      id: 'hosted',
      member: BOB,
      resource: 'lobby',
      guests: [{ email: ADA.email, name: 'Ada' }],
      from: 0,
      until: 60,
    });
    await line.book({ id: 'unmapped', resource: 'unmapped', from: 0, until: 60 });
    await line.goTo(5);
    const ada = await get<Shown>('/v1/members/ada');
    expect(ada).toMatchObject({ id: 'ada', source: 'default', name: 'Ada', email: ADA.email, hasAccessNow: true });
    expect(
      ada.entitlements.map(({ id, by, state, doors }) => [
        id,
        by,
        state,
        doors.map((door) => [door.groupId, door.state]),
      ]),
    ).toEqual([
      ['unmapped', 'member', 'blocked', []],
      ['hosted', 'guest', 'active', [[FRONT.group, 'open']]],
      ['own', 'member', 'active', [[THAMES.group, 'open']]],
    ]);
    const [person, ...others] = ada.persons;
    expect([person?.isCurrent, typeof person?.kisiUserId, others]).toEqual([true, 'number', []]);
    // Bob's page shows Bob's claim on the same booking and not Ada's.
    const bob = await get<Shown>('/v1/members/bob');
    expect(bob.entitlements.map(({ id, by, doors }) => [id, by, doors.length])).toEqual([['hosted', 'member', 1]]);
    expect(bob.entitlements[0]?.doors[0]?.personId).not.toBe(person?.id);
    const first = await get<{ items: { id: string }[]; nextCursor: string }>('/v1/members/ada/entitlements?limit=2');
    const second = await get<{ items: { id: string }[] }>(
      `/v1/members/ada/entitlements?limit=2&cursor=${first.nextCursor}`,
    );
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['unmapped', 'hosted', 'own']);
    expect((await get<{ items: unknown[] }>('/v1/members/ada/entitlements?ended=true')).items).toEqual([]);
  });

  it('shows the former address as long as it still holds something', async () => {
    await line.book({ id: 'own', from: 0, until: 60 });
    await line.goTo(5);
    await line.simulator.fault({ kind: 'status', status: 503, method: 'DELETE', path: '/role_assignments/*' });
    await describeMember({ email: 'ada.new@example.com' });
    await line.goTo(8);
    const changing = await get<Shown>('/v1/members/ada');
    expect(changing.persons.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    await line.simulator.clearFaults();
    await line.goTo(20);
    expect((await get<Shown>('/v1/members/ada')).persons.map(({ isCurrent }) => isCurrent)).toEqual([true]);
    expect([await opens(THAMES.lock), await opens(THAMES.lock, 'ada.new@example.com')]).toEqual([false, true]);
  });

  it('is found by name, address, id, state, access and problem', async () => {
    await line.book({ id: 'own', from: 0, until: 60 });
    await line.book({ id: 'bobs', member: BOB, resource: 'unmapped', from: 0, until: 60 });
    await put('/v1/members/zoe', { email: 'Zoe@example.com', name: 'Zoë', status: 'left' });
    await line.goTo(5);
    const found = async (query: string) =>
      (await get<{ items: { id: string }[] }>(`/v1/members?${query}`)).items.map(({ id }) => id);
    expect(await found('')).toEqual(['ada', 'bob', 'zoe']);
    expect(await found('query=BOB%40')).toEqual(['bob']);
    expect(await found('query=ZO%C3%8B')).toEqual(['zoe']);
    expect(await found('status=left')).toEqual(['zoe']);
    expect(await found('hasAccessNow=true')).toEqual(['ada']);
    expect(await found('hasAccessNow=false')).toEqual(['bob', 'zoe']);
    expect(await found('problem=mapping_missing')).toEqual(['bob']);
    expect(await found('source=other')).toEqual([]);
    const pages: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get<{ items: { id: string }[]; nextCursor: string | null }>(`/v1/members?limit=1${cursor}`);
      pages.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual(['ada', 'bob', 'zoe']);
  });

  it('has a timeline of all that was said, decided and done, the newest first', async () => {
    await line.book({ id: 'own', from: 0, until: 60 });
    await line.book({ id: 'bobs', member: BOB, from: 0, until: 60 });
    await put('/v1/teams/team', { name: 'Team', memberIds: ['ada'] });
    await line.goTo(5);
    await describeMember({ version: 2, locale: 'en' });
    await line.goTo(70);
    interface Entry {
      readonly id: string;
      readonly at: string;
      readonly kind: string;
      readonly entitlement: { readonly id: string } | null;
      readonly details: object;
    }
    const all = await get<{ items: Entry[]; nextCursor: null }>('/v1/members/ada/timeline?limit=200');
    const kinds = new Set(all.items.map(({ kind }) => kind));
    for (const kind of [
      'team_joined',
      'fact_received',
      'state_changed',
      'access_granted',
      'claim_settled',
      'receipt_written',
    ]) {
      expect(kinds).toContain(kind);
    }
    const times = all.items.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(all.items.every(({ entitlement }) => entitlement === null || entitlement.id === 'own')).toBe(true);
    expect(JSON.stringify(all)).not.toMatch(/@example\.com|"Ada"/);
    const pages: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get<{ items: Entry[]; nextCursor: string | null }>(
        `/v1/members/ada/timeline?limit=3${cursor}`,
      );
      pages.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual(all.items.map(({ id }) => id));
    const facts = await get<{ items: Entry[] }>('/v1/members/ada/timeline?kinds=fact_received&kinds=team_joined');
    expect(facts.items.map(({ kind, entitlement, details }) => [kind, entitlement?.id ?? null, details])).toMatchObject(
      [
        ['fact_received', null, { fact: 'member', version: 2, changed: ['locale'] }],
        ['team_joined', null, { teamId: 'team' }],
        ['fact_received', 'own', { fact: 'booking' }],
      ],
    );
    expect(await get('/v1/teams/team')).toMatchObject({
      name: 'Team',
      memberCount: 1,
      members: [{ id: 'ada', name: 'Ada', status: 'active' }],
      facts: [{ version: null, ignored: false }],
    });
    expect(await get('/v1/teams?query=TEA')).toMatchObject({
      items: [{ id: 'team', memberCount: 1 }],
      nextCursor: null,
    });
  });
});
