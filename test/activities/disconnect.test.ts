import type { DisconnectOrder } from '../../src/usecases/connections';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { KEYS, revokeKey } from '../support/kisi-keys';
import { ADA, BOB, FRONT, THAMES } from '../support/world';
import { mapLock } from '../support/world/map-lock';

describe('the end of a connection', () => {
  let line: BenchLine;

  beforeEach(async () => {
    line = await openBenchLine(await openTestLedger());
    await line.map('thames', THAMES.group);
    await line.map('lobby', FRONT.group);
  });
  afterEach(() => line.stop());

  const actor = () => ({ organizationId: line.organizationId, name: 'Olivia' });
  const settle = async (): Promise<void> => {
    await line.latchkey.relay.fanOut();
    await line.run();
  };
  const order = async (given: Partial<DisconnectOrder> & Pick<DisconnectOrder, 'mode'>): Promise<void> => {
    await line.latchkey.http.disconnectIntegration(actor(), line.integrationId, {
      until: null,
      reason: null,
      ...given,
    });
    await settle();
  };
  const connect = async (apiKey: string): Promise<void> => {
    const input = { integrationId: line.integrationId, apiKey, baseUrl: line.simulator.url };
    await line.latchkey.http.connectIntegration(actor(), input);
    await settle();
  };
  const integration = async () => {
    const found = await line.latchkey.http.catalogue.getIntegration(line.organizationId, line.integrationId);
    if (found === null) throw new Error('no integration');
    return found;
  };
  const row = () => line.ledger.prisma.integration.findUniqueOrThrow({ where: { id: line.integrationId } });
  const opens = async (email: string, at = line.now()): Promise<boolean> =>
    (await line.simulator.access(email, THAMES.lock, at)).allowed;
  const held = async (email: string) => line.simulator.assignmentsOf(email);
  const book = async (id: string, from = 0, until = 120, member = ADA): Promise<void> => {
    await line.book({ id, member, from, until });
    await line.run();
  };
  const doorsOf = async (id: string): Promise<Record<string, unknown>[]> =>
    ((await line.booking(id)).receipt?.doors ?? []) as unknown as Record<string, unknown>[];

  it('revoke: takes everything away, then erases the key, and the audit log says who did it', async () => {
    await book('a');
    await book('b', 300, 400, BOB);
    expect(await opens(ADA.email)).toBe(true);
    await order({ mode: 'revoke' });
    await line.goTo(2);
    expect([await held(ADA.email), await held(BOB.email), await opens(ADA.email)]).toEqual([[], [], false]);
    expect(await integration()).toMatchObject({
      status: 'disconnected',
      apiKeyLastFour: KEYS.integration.slice(-4),
      disconnect: { mode: 'revoke', by: 'Olivia', peopleLeft: 0 },
    });
    expect((await row()).apiKeyEncrypted).toBeNull();
    expect(await line.booking('a')).toMatchObject({
      state: 'blocked',
      problems: [{ code: 'integration_disconnected' }],
    });
    const entries = await line.ledger.prisma.auditEntry.findMany({ orderBy: { at: 'asc' } });
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['integration_disconnect_ordered', 'integration_disconnected']),
    );
    await line.goTo(121);
    expect((await line.booking('a')).state).toBe('ended');
    expect((await doorsOf('a'))[0]).toMatchObject({ verifiedAbsentAt: expect.any(String) });
  });

  it('revoke: keeps the key and goes on trying while Kisi does not answer', async () => {
    await book('a');
    await line.simulator.fault({ kind: 'outage' });
    await order({ mode: 'revoke' });
    await line.goTo(10);
    expect(await integration()).toMatchObject({ status: 'disconnecting', disconnect: { peopleLeft: 1 } });
    await line.simulator.clearFaults();
    // A request without an answer is looked for until it can no longer arrive.
    await line.goTo(27);
    expect([await held(ADA.email), (await integration()).status]).toEqual([[], 'disconnected']);
  });

  it('revoke: gives nothing new meanwhile', async () => {
    await book('a');
    await line.simulator.fault({ kind: 'outage' });
    await order({ mode: 'revoke' });
    await line.book({ id: 'new', member: BOB, from: 0, until: 60 });
    await line.run();
    expect(await line.booking('new')).toMatchObject({ state: 'blocked', doors: [] });
  });

  it('expire: what lives keeps its end but none later than the last instant, and Kisi refuses then by itself', async () => {
    await book('short', 0, 60);
    await book('long', 0, 150, BOB);
    await order({ mode: 'expire', until: line.at(100) });
    await line.goTo(2);
    expect(await integration()).toMatchObject({
      status: 'disconnected',
      disconnect: { mode: 'expire', peopleLeft: 0 },
    });
    expect((await row()).apiKeyEncrypted).toBeNull();
    const requests = (await line.simulator.requests()).length;
    expect([await opens(ADA.email, line.at(59)), await opens(ADA.email, line.at(60))]).toEqual([true, false]);
    expect([await opens(BOB.email, line.at(99)), await opens(BOB.email, line.at(100))]).toEqual([true, false]);
    expect(await line.booking('short')).toMatchObject({ state: 'active' });
    await line.goTo(62);
    expect((await doorsOf('short'))[0]).toMatchObject({
      refusedAt: new Date(line.at(60)).toISOString(),
      verifiedAbsentAt: null,
      unverified: true,
    });
    await line.goTo(101);
    expect(await line.booking('long')).toMatchObject({ state: 'blocked', receipt: null });
    await line.goTo(152);
    expect((await doorsOf('long'))[0]).toMatchObject({
      refusedAt: new Date(line.at(100)).toISOString(),
      unverified: true,
    });
    expect((await line.simulator.requests()).length).toBe(requests);
  });

  it('expire: begins nothing new, neither while it is under way nor later', async () => {
    await book('a');
    await order({ mode: 'expire', until: line.at(600) });
    await line.book({ id: 'new', member: BOB, from: 0, until: 60 });
    await line.run();
    await line.goTo(3);
    expect(await line.booking('new')).toMatchObject({ state: 'blocked', doors: [] });
    expect(await held(BOB.email)).toEqual([]);
  });

  it('expire: a booking that is cancelled after the key is gone says that its door opens until its end', async () => {
    await book('a', 0, 60);
    await order({ mode: 'expire', until: line.at(600) });
    await line.goTo(3);
    await line.say('a', { kind: 'cancellation', version: null });
    await line.run();
    await line.goTo(5);
    expect(await line.booking('a')).toMatchObject({
      state: 'revoking',
      receipt: null,
      problems: [{ code: 'integration_disconnected' }],
    });
    await line.goTo(61);
    expect((await line.booking('a')).state).toBe('ended');
    expect((await doorsOf('a'))[0]).toMatchObject({ refusedAt: new Date(line.at(60)).toISOString(), unverified: true });
  });

  it('expire: a window that waits for its turn on the same door is given up, and says so', async () => {
    await book('first', 0, 60);
    await book('second', 300, 360);
    await order({ mode: 'expire' });
    await line.goTo(3);
    expect((await integration()).status).toBe('disconnected');
    expect(await line.booking('second')).toMatchObject({
      state: 'blocked',
      problems: [{ code: 'integration_disconnected' }],
    });
    expect(await opens(ADA.email, line.at(330))).toBe(false);
    expect(await line.booking('first')).toMatchObject({ state: 'active' });
  });

  it('expire: a door that is only kept, because its lock group holds other doors, ends with the others', async () => {
    const lock = { integrationId: line.integrationId, lockId: FRONT.lock };
    await line.ledger.prisma.doorMapping.deleteMany({ where: { subjectId: 'lobby' } });
    await line.ledger.prisma.lockGroup.create({
      data: { ...lock, organizationId: line.organizationId, groupId: FRONT.group, status: 'ready' },
    });
    await mapLock(line.latchkey, line, 'lobby', FRONT.lock);
    await line.book({ id: 'kept', member: ADA, resource: 'lobby', from: 0, until: 300 });
    await line.run();
    const opensFront = async (minute: number): Promise<boolean> =>
      (await line.simulator.access(ADA.email, FRONT.lock, line.at(minute))).allowed;
    expect(await opensFront(299)).toBe(true);
    await line.ledger.prisma.lockGroup.updateMany({ where: lock, data: { status: 'changed' } });
    await line.book({ id: 'new', member: BOB, resource: 'lobby', from: 0, until: 300 });
    await order({ mode: 'expire', until: line.at(100) });
    await line.goTo(3);
    expect((await integration()).status).toBe('disconnected');
    expect([await opensFront(99), await opensFront(100)]).toEqual([true, false]);
    expect(await held(BOB.email)).toEqual([]);
    await line.goTo(302);
    expect((await doorsOf('kept'))[0]).toMatchObject({ refusedAt: new Date(line.at(100)).toISOString() });
  });

  it('expire: an address that waits for its successor does not outlive the connection', async () => {
    await book('a', 0, 300);
    // Kisi does not let the new address in, so the old one would be kept for ten minutes.
    await line.simulator.fault({ method: 'POST', kind: 'status', status: 403 });
    await line.book({ id: 'a', member: { ...ADA, email: 'new@example.com' }, from: 0, until: 300 });
    await line.run();
    expect(await opens(ADA.email)).toBe(true);
    await order({ mode: 'expire', until: line.at(5) });
    await line.goTo(4);
    expect([await opens(ADA.email), await opens(ADA.email, line.at(6))]).toEqual([false, false]);
    await line.goTo(30);
    expect((await integration()).status).toBe('disconnected');
  });

  it('write_off: needs a reason, ends at once for a dead key, and the receipts say that nobody could look', async () => {
    await book('a', 0, 60);
    await book('later', 300, 360, BOB);
    await revokeKey(line.simulator.url, KEYS.integration);
    await line.say('later', { kind: 'cancellation', version: null });
    await line.run();
    await line.goTo(2);
    expect(await integration()).toMatchObject({ health: 'key_invalid' });
    await expect(order({ mode: 'write_off' })).rejects.toMatchObject({
      code: 'invalid_request',
      details: { fields: [{ field: 'reason' }] },
    });
    await order({ mode: 'write_off', reason: 'The Kisi contract ended' });
    expect(await integration()).toMatchObject({ status: 'disconnected', health: 'ok' });
    const unverified = {
      unverified: true,
      writtenOffBy: 'Olivia',
      reason: 'The Kisi contract ended',
      verifiedAbsentAt: null,
    };
    expect((await doorsOf('later'))[0]).toMatchObject({ ...unverified, refusedAt: null });
    expect(await line.booking('a')).toMatchObject({ state: 'blocked' });
    await line.goTo(62);
    expect((await doorsOf('a'))[0]).toMatchObject(unverified);
  });

  it('write_off is refused while Kisi accepts the key: what can be closed is closed', async () => {
    await book('a');
    await expect(order({ mode: 'write_off', reason: 'no time' })).rejects.toMatchObject({ code: 'conflict' });
    expect([(await integration()).status, await opens(ADA.email)]).toEqual(['connected', true]);
  });

  it('lets another order replace the first, takes the same one twice, and a stuck revoke be written off', async () => {
    await book('a', 0, 3_000);
    await line.simulator.fault({ kind: 'outage' });
    await order({ mode: 'revoke' });
    const asked = (await integration()).disconnect?.askedAt;
    await line.goTo(1);
    await order({ mode: 'revoke' });
    expect((await integration()).disconnect).toMatchObject({ mode: 'revoke', askedAt: asked });
    await order({ mode: 'expire', until: line.at(100) });
    expect((await integration()).disconnect).toMatchObject({ mode: 'expire', until: line.at(100) });
    // What is being taken away already is not given back by it.
    expect(await line.booking('a')).toMatchObject({ doors: [{ state: 'revoking' }] });
    await order({ mode: 'expire' });
    expect((await integration()).disconnect).toMatchObject({ until: line.at(100) });
    await order({ mode: 'write_off', reason: 'no time' });
    expect(await integration()).toMatchObject({ status: 'disconnected', disconnect: { mode: 'write_off' } });
    await order({ mode: 'revoke' });
    expect(await integration()).toMatchObject({ status: 'disconnected', disconnect: { mode: 'write_off' } });
  });

  it('connecting again cancels a disconnect that is under way, and everything lives on', async () => {
    await book('a');
    await line.simulator.fault({ kind: 'outage', method: 'DELETE' });
    await order({ mode: 'revoke' });
    await line.simulator.clearFaults();
    await connect(KEYS.second);
    await line.goTo(3);
    expect(await integration()).toMatchObject({ status: 'connected', disconnect: null });
    expect([await opens(ADA.email), (await line.booking('a')).state]).toEqual([true, 'active']);
  });

  it.each(['revoke', 'expire', 'write_off'] as const)(
    'another key of the same Kisi organization revives everything after %s',
    async (mode) => {
      await book('a', 0, 3_000);
      await book('b', 0, 3_000, BOB);
      if (mode === 'write_off') await revokeKey(line.simulator.url, KEYS.integration);
      await order({ mode, reason: 'a move', until: mode === 'expire' ? line.at(600) : null });
      await line.goTo(3);
      expect((await integration()).status).toBe('disconnected');
      await line.say('b', { kind: 'cancellation', version: null });
      await line.run();
      const before = await held(ADA.email);
      await line.simulator.byHand('DELETE', `/role_assignments/${before[0]?.id ?? 0}`).catch(() => undefined);
      await connect(KEYS.olivia);
      await line.goTo(6);
      expect(await line.booking('a')).toMatchObject({ state: 'active', problems: [] });
      expect(await opens(ADA.email, line.at(2_999))).toBe(true);
      // What was left behind is still ours: it is taken away, not taken for somebody else's.
      expect(await held(BOB.email)).toEqual([]);
      expect(await line.booking('b')).toMatchObject({ state: 'ended' });
    },
  );

  it('finds an integration whose attention was lost, and those only', async () => {
    await book('a');
    await line.simulator.fault({ kind: 'outage' });
    const { http } = line.latchkey;
    await http.disconnectIntegration(actor(), line.integrationId, { mode: 'revoke', until: null, reason: null });
    await line.ledger.prisma.integration.update({
      where: { id: line.integrationId },
      data: { disconnectLookAt: new Date(line.now() - 60_000) },
    });
    await line.simulator.clearFaults();
    await line.latchkey.relay.tick();
    await line.goTo(3);
    expect((await integration()).status).toBe('disconnected');
  });

  it('a foreign assignment stays foreign, however often it is read', async () => {
    const made = (await line.simulator.byHand('POST', '/users', {
      user: { email: 'guest@example.com', name: 'Guest', send_emails: false },
    })) as { id: number };
    await line.simulator.byHand('POST', '/role_assignments', {
      role_assignment: {
        role_id: 'group_basic',
        applies_to_type: 'Group',
        applies_to_id: THAMES.group,
        assignee_type: 'User',
        assignee_id: made.id,
        notify: false,
        valid_until: new Date(line.at(10)).toISOString(),
      },
    });
    await book('g', 0, 300, { id: 'guest', email: 'guest@example.com', name: 'Guest' });
    await line.goTo(40);
    expect(await line.booking('g')).toMatchObject({ problems: [{ code: 'foreign_assignment' }] });
    await line.say('g', { kind: 'cancellation', version: null });
    await line.goTo(45);
    expect(await held('guest@example.com')).toHaveLength(1);
  });
});
