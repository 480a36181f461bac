import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { startOffice, type Office } from '../support/office';

const ada = { email: 'ada@example.com', name: 'Ada', status: 'active' };

describe('facts about members and teams', () => {
  let office: Office;
  let app: Express;
  const send = (method: 'get' | 'put' | 'post', path: string, body?: object, key?: string): request.Test => {
    const call = request(app)[method](path).set('Authorization', `Bearer ${office.token}`);
    return (key === undefined ? call : call.set('Idempotency-Key', key)).send(body);
  };
  const rowOf = (id: string, sourceId = 'default') =>
    office.ledger.prisma.member.findUniqueOrThrow({
      where: { organizationId_sourceId_id: { organizationId: office.organizationId, sourceId, id } },
    });
  const teamOf = async (id: string) => {
    const rows = await office.ledger.prisma.teamMember.findMany({
      where: { teamId: id },
      orderBy: { memberId: 'asc' },
    });
    return rows.map(({ memberId }) => memberId);
  };
  const fanOuts = (kind: string, subjectId: string) =>
    office.ledger.prisma.fanOut.count({ where: { kind, subjectId } });
  const factsOf = (subjectType: string, subjectId: string) =>
    office.ledger.prisma.inboxFact.findMany({ where: { subjectType, subjectId }, orderBy: { seq: 'asc' } });
  const entriesOf = (memberId: string) =>
    office.ledger.prisma.timelineEntry.findMany({ where: { memberId }, orderBy: { id: 'asc' } });
  const booking = (memberId: string, more: object = {}) => ({
    status: 'confirmed',
    payment: 'paid',
    resourceId: 'thames',
    member: { id: memberId, email: `${memberId}@example.com`, name: memberId },
    startsAt: '2030-05-04T09:00:00Z',
    endsAt: '2030-05-04T10:00:00Z',
    ...more,
  });

  beforeAll(async () => {
    office = await startOffice();
    app = createApp(office.latchkey.http);
    await send('put', '/v1/locations/london', { name: 'London', timeZone: 'Europe/London' });
    await send('put', '/v1/resources/thames', { name: 'Thames', kind: 'room', locationId: 'london' });
    const actor = { organizationId: office.organizationId, name: 'test' };
    await office.latchkey.http.catalogue.saveSource(actor, { id: 'instants', name: 'Instants' });
  });
  afterAll(() => office.stop());

  it('keep who a member is, and say where to look', async () => {
    const answer = await send('put', '/v1/members/m-1', { ...ada, email: ' Ada@Example.com ', locale: 'en-GB' });
    expect([answer.status, answer.headers['location'], answer.body]).toEqual([
      202,
      '/v1/members/m-1?source=default',
      {
        ...{ id: 'm-1', source: 'default', result: 'applied', url: '/v1/members/m-1?source=default' },
        ...{ ended: [], endedCount: 0, teamIds: [] },
      },
    ]);
    expect(await rowOf('m-1')).toMatchObject({
      ...{ email: 'ada@example.com', name: 'Ada', locale: 'en-GB', status: 'active', leftAt: null, seq: 1, saidSeq: 1 },
    });
    const [fact] = await factsOf('member', 'm-1');
    expect(fact).toMatchObject({ entitlementId: null, kind: 'member', outcome: 'applied', seq: 1 });
    expect(fact?.payload).toEqual({ email: 'ada@example.com', name: 'Ada', status: 'active', locale: 'en-GB' });
    const entries = await entriesOf('m-1');
    expect(entries.map(({ kind }) => kind)).toEqual(['fact_received']);
    expect(JSON.stringify(entries)).not.toMatch(/example\.com|Ada/);
  });

  it('store an older version, which does not count, and show it in the timeline', async () => {
    await send('put', '/v1/members/m-2', { ...ada, version: 7, name: 'Seven' });
    const stale = await send('put', '/v1/members/m-2', { ...ada, version: 5, name: 'Five', status: 'left' });
    expect([stale.status, stale.body]).toMatchObject([200, { result: 'stale', ignored: 'stale', endedCount: 0 }]);
    expect(await rowOf('m-2')).toMatchObject({ name: 'Seven', status: 'active', saidVersion: 7n, saidSeq: 1, seq: 2 });
    expect((await factsOf('member', 'm-2')).map(({ outcome }) => outcome)).toEqual(['applied', 'stale']);
    expect((await entriesOf('m-2')).map(({ details }) => details)).toMatchObject([
      { seq: 1, version: 7, ignored: null },
      { seq: 2, version: 5, ignored: 'stale' },
    ]);
    expect((await send('put', '/v1/members/m-2', { ...ada, version: 8, name: 'Eight' })).status).toBe(202);
    expect((await rowOf('m-2')).name).toBe('Eight');
  });

  it('know a fact again by its key or by its version and body, and nothing else', async () => {
    const put = (body: object, key?: string) => send('put', '/v1/members/m-3', body, key);
    expect((await put({ ...ada, version: 1 }, 'once')).status).toBe(202);
    expect((await put({ ...ada, version: 1 }, 'once')).body).toMatchObject({ result: 'duplicate' });
    expect((await put({ ...ada, version: 1 })).body).toMatchObject({ result: 'duplicate' });
    expect((await put({ ...ada, version: 1 }, 'another')).body).toMatchObject({ result: 'duplicate' });
    const reused = await put({ ...ada, version: 2, name: 'Bob' }, 'once');
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await send('put', '/v1/members/m-3b', { ...ada, version: 1 }, 'once');
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await office.ledger.prisma.member.count({ where: { id: 'm-3b' } })).toBe(0);
    // Without versions the same again is another fact: to be this, to be that, and to be this again are three.
    for (const name of ['One', 'Two', 'One'])
      expect((await send('put', '/v1/members/m-3c', { ...ada, name })).status).toBe(202);
    expect(await factsOf('member', 'm-3c')).toHaveLength(3);
    expect((await rowOf('m-3c')).name).toBe('One');
  });

  it('count whatever kind of fact a key was first used for', async () => {
    await send('put', '/v1/bookings/b-key', booking('m-4'), 'shared-key').expect(202);
    const member = await send('put', '/v1/members/m-4', ada, 'shared-key');
    expect([member.status, member.body.code]).toEqual([422, 'idempotency_key_reused']);
    await send('put', '/v1/teams/t-key', { name: 'Team', memberIds: [] }, 'team-key').expect(202);
    const back = await send('put', '/v1/bookings/b-key-2', booking('m-4'), 'team-key');
    expect([back.status, back.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('have versions of one kind with all other facts of their source', async () => {
    const put = (path: string, body: object) => send('put', `${path}?source=instants`, body);
    await put('/v1/members/v-1', { ...ada, version: '2026-01-01T10:00:00Z' }).expect(202);
    for (const path of ['/v1/members/v-2', '/v1/teams/v-2']) {
      const body = path.includes('teams') ? { name: 'Team', memberIds: [], version: 3 } : { ...ada, version: 3 };
      const answer = await put(path, body);
      expect([answer.status, answer.body.code, answer.body.errors]).toMatchObject([
        422,
        'version_kind_mismatch',
        [{ field: 'version', message: 'an instant, like the earlier versions of this source' }],
      ]);
    }
    expect(await office.ledger.prisma.member.count({ where: { id: 'v-2' } })).toBe(0);
    expect(await office.ledger.prisma.team.count({ where: { id: 'v-2' } })).toBe(0);
    const stale = await put('/v1/members/v-1', { ...ada, version: '2026-01-01T10:59:00+01:00', name: 'Old' });
    expect(stale.body).toMatchObject({ result: 'stale' });
  });

  it('are refused for a source that does not exist', async () => {
    for (const [path, body] of [
      ['/v1/members/x', ada],
      ['/v1/teams/x', { name: 'Team', memberIds: [] }],
    ] as const) {
      const answer = await send('put', `${path}?source=nowhere`, body);
      expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([422, 'unknown_source', 'source']);
    }
  });

  it.each([
    ['member', { ...ada, status: 'gone' }, 'status'],
    ['member', { ...ada, email: 'ada' }, 'email'],
    ['member', { ...ada, name: ' ' }, 'name'],
    ['member', { ...ada, locale: 'English' }, null],
    ['member', { ...ada, locale: 'not a language' }, 'locale'],
    ['member', { ...ada, colour: 'red' }, 'colour'],
    ['member', { ...ada, version: -1 }, 'version'],
    ['team', { name: 'Team' }, 'memberIds'],
    ['team', { name: 'Team', memberIds: ['a', 'b/c'] }, 'memberIds.1'],
    ['team', { name: 'Team', memberIds: 'a' }, 'memberIds'],
  ])('name the wrong field of a %s: %j', async (kind, body, field) => {
    const answer = await send('put', `/v1/${kind}s/wrong`, body);
    expect([answer.status, answer.body.errors?.[0]?.field ?? null]).toEqual([field === null ? 202 : 422, field]);
  });

  it('take two at once, each once, and end with the larger version', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = `race-${round}`;
      const answers = await Promise.all(
        [1, 2, 3, 4].map((version) => send('put', `/v1/members/${id}`, { ...ada, version, name: `Name ${version}` })),
      );
      expect(answers.every(({ status }) => status === 202 || status === 200)).toBe(true);
      expect(await rowOf(id)).toMatchObject({ name: 'Name 4', saidVersion: 4n, seq: 4 });
      expect((await factsOf('member', id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      await Promise.all([
        send('put', `/v1/teams/${id}`, { name: 'A', memberIds: ['a', 'b'], version: 1 }),
        send('put', `/v1/teams/${id}`, { name: 'B', memberIds: ['b', 'c'], version: 2 }),
      ]);
      expect(await teamOf(id)).toEqual(['b', 'c']);
    }
  });

  it('make what a member holds be looked at when the address or the status changes, and for nothing else', async () => {
    const put = (change: object) =>
      send('put', '/v1/members/m-5', { ...ada, email: 'm-5@example.com', ...change }).expect(202);
    await put({});
    expect(await fanOuts('member', 'm-5')).toBe(1);
    await put({ name: 'Other', locale: 'de' });
    expect(await fanOuts('member', 'm-5')).toBe(1);
    await put({ email: 'new@example.com' });
    expect(await fanOuts('member', 'm-5')).toBe(2);
    await put({ email: 'new@example.com', status: 'left' });
    expect(await fanOuts('member', 'm-5')).toBe(3);
    // Known by a booking already, with the same address: nothing changed for anybody.
    await send('put', '/v1/bookings/b-5', booking('m-6')).expect(202);
    await send('put', '/v1/members/m-6', { ...ada, email: 'm-6@example.com' }).expect(202);
    expect(await fanOuts('member', 'm-6')).toBe(0);
  });

  it('are not undone by a booking that repeats the old address', async () => {
    const put = (id: string, email: string, more: object = {}) =>
      send(
        'put',
        `/v1/bookings/${id}`,
        booking('m-7', { member: { id: 'm-7', email, name: 'Seven' }, ...more }),
      ).expect(202);
    await put('b-7', 'old@example.com');
    await send('put', '/v1/members/m-7', { ...ada, email: 'new@example.com' }).expect(202);
    await put('b-7', 'old@example.com', { endsAt: '2030-05-04T11:00:00Z' });
    await put('b-7b', 'old@example.com');
    expect((await rowOf('m-7')).email).toBe('new@example.com');
    expect((await rowOf('m-7')).name).toBe('Ada');
    await put('b-7', 'newest@example.com');
    expect((await rowOf('m-7')).email).toBe('newest@example.com');
  });

  it('say what ends when a member leaves, and say it again when asked again', async () => {
    await send('put', '/v1/members/m-8', { ...ada, email: 'm-8@example.com' }).expect(202);
    await send('put', '/v1/bookings/b-8', booking('m-8')).expect(202);
    await send('put', '/v1/bookings/b-8-pending', booking('m-8', { status: 'pending' })).expect(202);
    await send('put', '/v1/bookings/b-8-other', booking('m-8-other')).expect(202);
    await send('put', '/v1/teams/t-8', { name: 'Team', memberIds: ['m-8', 'm-9'] }).expect(202);
    const before = Date.now();
    const leave = () => send('put', '/v1/members/m-8', { ...ada, email: 'm-8@example.com', status: 'left' }, 'leaves');
    const left = await leave();
    const said = {
      ended: [
        { kind: 'booking', id: 'b-8', source: 'default' },
        { kind: 'booking', id: 'b-8-pending', source: 'default' },
      ],
      ...{ endedCount: 2, teamIds: ['t-8'] },
    };
    expect([left.status, left.body]).toMatchObject([202, said]);
    const { status, leftAt } = await rowOf('m-8');
    expect(status).toBe('left');
    expect(leftAt?.getTime()).toBeGreaterThanOrEqual(before);
    const again = await leave();
    expect([again.status, again.body]).toMatchObject([200, { result: 'duplicate', ...said }]);
    await send('put', '/v1/members/m-8', { ...ada, email: 'm-8@example.com', status: 'left', locale: 'de' }).expect(
      202,
    );
    expect((await rowOf('m-8')).leftAt).toEqual(leftAt);
    await send('put', '/v1/members/m-8', { ...ada, email: 'm-8@example.com' }).expect(202);
    expect(await rowOf('m-8')).toMatchObject({ status: 'active', leftAt: null });
    expect(await teamOf('t-8')).toEqual(['m-8', 'm-9']);
  });

  it('name a hundred of the many that end, and count all', async () => {
    for (let index = 0; index < 103; index += 1)
      await send('put', `/v1/bookings/many-${index}`, booking('m-many')).expect(202);
    const left = await send('put', '/v1/members/m-many', { ...ada, email: 'm-many@example.com', status: 'left' });
    expect([left.body.ended.length, left.body.endedCount]).toEqual([100, 103]);
  });

  it('keep who is in a team, accept members whom nobody described, and tell who joined and left', async () => {
    await send('put', '/v1/members/known', ada).expect(202);
    const first = await send('put', '/v1/teams/t-1', { name: 'Team', memberIds: ['known', 'new-1', 'new-2', 'new-1'] });
    expect([first.status, first.body]).toMatchObject([
      202,
      { id: 't-1', result: 'applied', url: '/v1/teams/t-1?source=default', unknownMemberIds: ['new-1', 'new-2'] },
    ]);
    expect(await teamOf('t-1')).toEqual(['known', 'new-1', 'new-2']);
    await send('put', '/v1/teams/t-1', { name: 'Team', memberIds: ['new-2', 'new-3'] }).expect(202);
    expect(await teamOf('t-1')).toEqual(['new-2', 'new-3']);
    const told = async (id: string) => (await entriesOf(id)).map(({ kind, details }) => [kind, details]);
    expect(await told('new-1')).toEqual([
      ['team_joined', { teamId: 't-1', seq: 1 }],
      ['team_left', { teamId: 't-1', seq: 2 }],
    ]);
    expect(await told('new-2')).toEqual([['team_joined', { teamId: 't-1', seq: 1 }]]);
    expect(await fanOuts('team', 't-1')).toBe(2);
    // A new name concerns nobody's doors; an older version changes nothing.
    await send('put', '/v1/teams/t-1', { name: 'Renamed', memberIds: ['new-3', 'new-2'], version: 9 }).expect(202);
    const stale = await send('put', '/v1/teams/t-1', { name: 'Team', memberIds: [], version: 8 });
    expect([stale.status, stale.body]).toMatchObject([200, { ignored: 'stale', unknownMemberIds: ['new-2', 'new-3'] }]);
    expect(await teamOf('t-1')).toEqual(['new-2', 'new-3']);
    expect(await fanOuts('team', 't-1')).toBe(2);
    // Whoever is described later is looked at with all that their teams hold.
    await send('put', '/v1/members/new-2', { ...ada, email: 'new-2@example.com' }).expect(202);
    expect(await fanOuts('member', 'new-2')).toBe(1);
    await send('put', '/v1/bookings/of-new-3', booking('new-3')).expect(202);
    expect(await fanOuts('member', 'new-3')).toBe(1);
  });
});
