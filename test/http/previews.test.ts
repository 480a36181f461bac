import type { Express } from 'express';
import request from 'supertest';
import { mergeFact, NO_FACTS } from '../../src/domain/facts';
import { createApp } from '../../src/http/app';
import { newId } from '../../src/ledger/ids';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { ADA, BOB, bookingFact } from '../support/world/bookings';

const FRONT = { group: 4001, lock: 3001 };
const THAMES = { group: 4002, lock: 3002 };
const CYD = { id: 'cyd', email: 'cyd@example.com', name: 'Cyd' };

/** The activities on a real database and the simulator: what a preview says is compared with what then happens. */
describe('previews', () => {
  let line: BenchLine;
  let app: Express;
  let token: string;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    app = createApp(line.latchkey.http);
    const actor = { organizationId: line.organizationId, name: 'test' };
    const made = await line.latchkey.http.makeToken(actor, { name: 'all', scopes: ['read', 'admin'], sourceId: null });
    if (made === 'unknown_source') throw new Error('no source');
    token = made.token;
  });
  afterEach(() => line.stop());

  const as = (method: 'put' | 'post' | 'delete', path: string) =>
    request(app)[method](path).set('Authorization', `Bearer ${token}`);
  const preview = (body: object) => as('post', '/v1/previews').send(body);
  const mapping = (resource: string, group: number, change: object = {}) => ({
    subject: { type: 'resource', id: resource },
    integrationId: line.integrationId,
    target: { type: 'group', id: group },
    name: 'A door',
    ...change,
  });
  /** Who could open what at some instants of the next hours. */
  const doors = async (): Promise<Record<string, boolean>> => {
    const found: Record<string, boolean> = {};
    for (const { email } of [ADA, BOB, CYD])
      for (const lock of [FRONT.lock, THAMES.lock])
        for (const minute of [2, 50, 70, 130])
          found[`${email} ${lock} ${minute}`] = (await line.simulator.access(email, lock, line.at(minute))).allowed;
    return found;
  };
  /** Ada is inside by two bookings, Bob comes later, Cyd has not paid. */
  const openHouse = async (): Promise<void> => {
    await line.map('thames', THAMES.group);
    await line.map('thames', FRONT.group);
    await line.map('lobby', FRONT.group);
    await line.book({ id: 'ada-thames', from: 0, until: 60 });
    await line.book({ id: 'ada-lobby', resource: 'lobby', from: -10, until: 60 });
    await line.book({ id: 'bob-thames', member: BOB, from: 120, until: 180 });
    await line.book({ id: 'cyd-thames', member: CYD, payment: 'due', from: 0, until: 60 });
    await line.goTo(1);
  };
  const settle = async (): Promise<void> => {
    await line.latchkey.relay.tick();
    await line.run();
  };

  it('leave out whoever keeps the door for another reason, and then nothing happens to them', async () => {
    await openHouse();
    const before = await doors();
    const said = await preview({ change: 'delete_door_mapping', id: `thames-${FRONT.group}` });
    expect([said.status, said.body]).toMatchObject([
      200,
      { gain: 0, lose: 1, change: 0, insideNowLosing: 0, unaffected: 2, more: 0 },
    ]);
    expect(said.body.people).toMatchObject([
      { memberId: 'bob', memberName: 'Bob', effect: 'lose', isInsideNow: false },
    ]);
    expect(said.body.people[0].groups).toEqual([
      {
        integrationId: line.integrationId,
        groupId: FRONT.group,
        name: null,
        before: { from: new Date(line.at(105)).toISOString(), until: new Date(line.at(180)).toISOString() },
        after: null,
      },
    ]);
    expect(await doors()).toEqual(before);
    expect((await as('delete', `/v1/door-mappings/thames-${FRONT.group}`)).status).toBe(204);
    await settle();
    expect(await doors()).toEqual({ ...before, [`${BOB.email} ${FRONT.lock} 130`]: false });
  });

  it('say who is inside now and has to leave', async () => {
    await openHouse();
    const before = await doors();
    const said = await preview({ change: 'delete_door_mapping', id: `thames-${THAMES.group}` });
    expect(said.body).toMatchObject({ lose: 2, insideNowLosing: 1, unaffected: 1 });
    expect(said.body.people).toMatchObject([
      { memberId: 'ada', isInsideNow: true },
      { memberId: 'bob', isInsideNow: false },
    ]);
    await as('delete', `/v1/door-mappings/thames-${THAMES.group}`);
    await settle();
    const lost = Object.entries(before).filter(([key, allowed]) => allowed && key.includes(` ${THAMES.lock} `));
    expect(lost.length).toBeGreaterThan(0);
    expect(await doors()).toEqual({ ...before, ...Object.fromEntries(lost.map(([key]) => [key, false])) });
  });

  it('say who gains a door and whose times change', async () => {
    await openHouse();
    const before = await doors();
    const gained = mapping('lobby', THAMES.group);
    const gain = await preview({ change: 'save_door_mapping', id: 'lobby-thames', mapping: gained });
    // Ada may enter the room by her other booking already, but only from a quarter of an hour before that one.
    expect(gain.body).toMatchObject({ gain: 0, lose: 0, change: 0, unaffected: 1 });
    const grace = mapping('thames', THAMES.group, { graceMinutes: 30 });
    const changed = await preview({ change: 'save_door_mapping', id: `thames-${THAMES.group}`, mapping: grace });
    expect(changed.body).toMatchObject({ gain: 0, lose: 0, change: 2, insideNowLosing: 0, unaffected: 1 });
    expect(changed.body.people[0].groups[0].after.until).toBe(new Date(line.at(90)).toISOString());
    await as('put', `/v1/door-mappings/thames-${THAMES.group}`).send(grace);
    await settle();
    expect(await doors()).toEqual({ ...before, [`${ADA.email} ${THAMES.lock} 70`]: true });
  });

  it('name a lock whose group is still to be made', async () => {
    await openHouse();
    const lock = mapping('lobby', 0, { target: { type: 'lock', id: 3003 } });
    const said = await preview({ change: 'save_door_mapping', id: 'lobby-lock', mapping: lock });
    expect(said.body).toMatchObject({ gain: 1, people: [{ memberId: 'ada', effect: 'gain', isInsideNow: false }] });
    expect(said.body.people[0].groups).toMatchObject([{ groupId: null, before: null }]);
  });

  it('say that a disconnected integration takes everything', async () => {
    await openHouse();
    const said = await preview({ change: 'disconnect_integration', integrationId: line.integrationId });
    expect(said.body).toMatchObject({ lose: 2, gain: 0, change: 0, insideNowLosing: 1, unaffected: 0 });
  });

  it('put the changes of a whole file together', async () => {
    await openHouse();
    const rows = [
      `thames-${FRONT.group},resource,thames,${line.integrationId},group,${FRONT.group},Front,false`,
      `thames-${THAMES.group},resource,thames,${line.integrationId},group,${THAMES.group},Thames,false`,
      `lobby-thames,resource,lobby,${line.integrationId},group,${THAMES.group},Thames,true`,
    ];
    const header = 'id,subject_type,subject_id,integration_id,target_type,target_id,name,enabled';
    const said = await preview({ change: 'import_door_mappings', csv: [header, ...rows].join('\n') });
    // Ada keeps both by her other booking.
    expect(said.body).toMatchObject({ lose: 1, gain: 0, unaffected: 2, people: [{ memberId: 'bob' }] });
    const wrong = await preview({
      change: 'import_door_mappings',
      csv: `${header}\nx,resource,nowhere,none,group,1,X,`,
    });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'line 2: subject_id']);
  });

  it.each([
    [{ change: 'paint_the_door' }, 422, 'change'],
    [{ change: 'delete_door_mapping', id: 'none' }, 404, null],
    [{ change: 'disconnect_integration', integrationId: 'none' }, 404, null],
    [{ change: 'import_door_mappings', csv: '' }, 422, 'line 1'],
    [{ change: 'delete_door_mapping' }, 422, 'id'],
  ])('refuse %j', async (body, status, field) => {
    const answer = await preview(body);
    expect([answer.status, answer.body.errors?.[0]?.field ?? null]).toEqual([status, field]);
  });

  it('are there within seconds for a room with 5,000 bookings, and list 200 people', async () => {
    await line.map('thames', THAMES.group);
    const { prisma } = line.ledger;
    const { organizationId } = line;
    const people = Array.from({ length: 5_000 }, (_, index) => `m-${index}`);
    await prisma.member.createMany({
      data: people.map((id) => ({ organizationId, sourceId: 'default', id, name: id, email: `${id}@example.com` })),
    });
    await prisma.entitlement.createMany({
      data: people.map((id, index) => {
        const member = { id, email: `${id}@example.com`, name: id };
        const { fact } = bookingFact({ id, member, from: index * 60, until: index * 60 + 30 }, line.at);
        const { facts } = mergeFact(NO_FACTS, fact, 1);
        return {
          id: newId(),
          organizationId,
          kind: 'booking',
          sourceId: 'default',
          externalId: id,
          facts: JSON.parse(JSON.stringify(facts)) as object,
          state: 'scheduled',
          resourceId: 'thames',
          memberId: id,
        };
      }),
    });
    const startedAt = performance.now();
    const said = await preview({ change: 'delete_door_mapping', id: `thames-${THAMES.group}` });
    expect(said.body).toMatchObject({ lose: 5_000, insideNowLosing: 1, more: 4_800 });
    expect(said.body.people).toHaveLength(200);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
