import { bookingAccessId, memberAccessId } from '../../workflows/ids';
import { FRONT, startWorld, THAMES, type World } from '../support/world';

const person = (id: string) => ({ id, email: `${id}@example.com`, name: id });

describe('facts, answers and accidents in an unlucky order', () => {
  let world: World;
  const thames = (email: string): Promise<boolean> => world.opens(email, THAMES.lock);
  const refOf = (bookingId: string) => ({ organizationId: world.organizationId, sourceId: 'default', bookingId });

  beforeAll(async () => {
    world = await startWorld();
    await world.map('thames', THAMES.group);
    await world.map('lobby', FRONT.group);
  });
  beforeEach(() => world.begin());
  afterEach(() => world.simulator.clearFaults());
  afterAll(() => world.stop());

  const personOf = async (bookingId: string): Promise<string> => {
    const [door] = (await world.booking(bookingId)).doors;
    if (door === undefined) throw new Error('The booking has no door yet.');
    return door.personId;
  };
  const workflows = async (bookingId: string): Promise<string[]> => [
    bookingAccessId(refOf(bookingId)),
    memberAccessId({
      organizationId: world.organizationId,
      integrationId: world.integrationId,
      personId: await personOf(bookingId),
    }),
  ];

  it('does not revive a cancelled booking by a late confirmation, also when its run has closed', async () => {
    const member = person('late-confirm');
    const booked = { id: 'late-confirm', member, from: 20, until: 120 } as const;
    await world.book({ ...booked, version: 1 });
    await world.goTo(30);
    await world.say('late-confirm', { kind: 'cancellation', version: 2 });
    await world.goTo(35);
    expect((await world.booking('late-confirm')).state).toBe('ended');
    await world.book({ ...booked, version: 3 });
    await world.goTo(40);
    expect(await thames(member.email)).toBe(false);
    expect((await world.booking('late-confirm')).state).toBe('ended');
  });

  it('goes on without a gap when the extension arrives while the end is being settled', async () => {
    const member = person('extended');
    await world.book({ id: 'extended', member, from: 20, until: 60 });
    await world.goTo(59.99);
    await world.env.sleep(400);
    await world.book({ id: 'extended', member, from: 20, until: 90 });
    await world.goTo(60.2);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(61.5);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(90);
    expect(await thames(member.email)).toBe(false);
    await world.goTo(93);
    expect((await world.booking('extended')).state).toBe('ended');
  });

  it('opens again for an extension that arrives after the receipt, and ends with a second receipt', async () => {
    const member = person('revived');
    await world.book({ id: 'revived', member, from: 20, until: 60 });
    await world.goTo(65);
    const first = (await world.booking('revived')).receipt;
    await world.book({ id: 'revived', member, from: 20, until: 90 });
    await world.goTo(66);
    expect(await thames(member.email)).toBe(true);
    await world.goTo(95);
    const second = (await world.booking('revived')).receipt;
    expect(second?.id).not.toBe(first?.id);
    expect(await thames(member.email)).toBe(false);
  });

  it.each(['scheduled', 'active', 'revoking'] as const)(
    'survives the termination of both workflows while %s',
    async (phase) => {
      const id = `terminated-${phase}`;
      const member = person(id);
      await world.book({ id, member, from: 30, until: 60 });
      await world.goTo(phase === 'scheduled' ? 5 : phase === 'active' ? 40 : 59.99);
      const ids = await workflows(id);
      if (phase === 'revoking') await world.simulator.fault({ kind: 'outage' });
      if (phase === 'revoking') await world.goTo(60.2);
      for (const workflowId of ids) await world.env.client.workflow.getHandle(workflowId).terminate('by mistake');
      await world.simulator.clearFaults();
      const checks = [20, 45, 62, 64].filter(
        (minute) => minute > (phase === 'scheduled' ? 5 : phase === 'active' ? 40 : 61),
      );
      for (const minute of checks) {
        await world.goTo(minute);
        await world.relay();
        expect([minute, await thames(member.email)]).toEqual([minute, minute >= 15 && minute < 60]);
      }
      await world.goTo(70);
      await world.relay();
      await world.goTo(75);
      expect((await world.booking(id)).state).toBe('ended');
    },
  );

  it.each([
    ['awaiting_confirmation', { status: 'pending' }],
    ['awaiting_payment', { payment: 'due' }],
    ['blocked', { resource: 'unmapped' }],
    ['provisioning', {}],
  ] as const)('survives the termination of its workflows while %s', async (phase, how) => {
    const id = `terminated-${phase}`;
    const member = person(id);
    const lock = phase === 'blocked' ? FRONT.lock : THAMES.lock;
    if (phase === 'provisioning') await world.simulator.fault({ kind: 'outage' });
    await world.book({ id, member, from: 10, until: 60, ...how });
    await world.goTo(1);
    expect((await world.booking(id)).state).toBe(phase);
    const hasPerson = (await world.booking(id)).doors.length > 0;
    const ids = hasPerson ? await workflows(id) : [bookingAccessId(refOf(id))];
    for (const workflowId of ids) await world.env.client.workflow.getHandle(workflowId).terminate('by mistake');
    await world.simulator.clearFaults();
    if (phase === 'awaiting_confirmation') await world.say(id, { kind: 'status', version: null, status: 'confirmed' });
    if (phase === 'awaiting_payment') await world.say(id, { kind: 'payment', version: null, payment: 'paid' });
    if (phase === 'blocked') await world.map('unmapped', FRONT.group);
    for (const minute of [3, 4]) {
      await world.goTo(minute);
      await world.relay();
    }
    expect(await world.opens(member.email, lock)).toBe(true);
    await world.goTo(75);
    await world.relay();
    expect((await world.booking(id)).state).toBe('ended');
    expect(await world.opens(member.email, lock)).toBe(false);
  });

  it('cancelling the workflow in the Web UI ends the entitlement with a receipt', async () => {
    const member = person('cancelled-ui');
    await world.book({ id: 'cancelled-ui', member, from: 20, until: 120 });
    await world.goTo(30);
    await world.env.client.workflow.getHandle(bookingAccessId(refOf('cancelled-ui'))).cancel();
    await world.goTo(32);
    expect(await thames(member.email)).toBe(false);
    expect((await world.booking('cancelled-ui')).receipt).toMatchObject({ reason: 'ended_by_operator' });
  });

  it('closes one door in time while a grant for another keeps failing', async () => {
    const member = person('failing');
    await world.book({ id: 'failing-a', member, from: 20, until: 60 });
    await world.goTo(30);
    await world.simulator.fault({
      kind: 'status',
      method: 'POST',
      path: '/role_assignments',
      status: 422,
      code: 'nope',
    });
    await world.book({ id: 'failing-b', member, resource: 'lobby', from: 20, until: 120 });
    await world.goTo(40);
    expect((await world.booking('failing-b')).problems).toMatchObject([{ code: 'kisi_refused' }]);
    await world.say('failing-a', { kind: 'cancellation', version: null });
    await world.goTo(41);
    expect(await thames(member.email)).toBe(false);
    expect((await world.booking('failing-a')).state).toBe('ended');
    await world.simulator.clearFaults();
    await world.goTo(52);
    expect(await world.opens(member.email, FRONT.lock)).toBe(true);
  });

  it('gives one person one assignment when the answer to the grant was lost', async () => {
    const member = person('lost-answer');
    await world.simulator.fault({ kind: 'drop_after', method: 'POST', path: '/role_assignments', times: 1 });
    await world.book({ id: 'lost-answer', member, from: 20, until: 60 });
    await world.goTo(21);
    expect(await thames(member.email)).toBe(true);
    expect((await world.simulator.access(member.email, THAMES.lock)).assignments).toHaveLength(1);
    await world.goTo(75);
    expect(await thames(member.email)).toBe(false);
    expect((await world.booking('lost-answer')).state).toBe('ended');
  });

  it('does not lose the claim that comes just as the person ends', async () => {
    const member = person('just-ending');
    for (let round = 0; round < 5; round += 1) {
      await world.begin();
      await world.book({ id: `just-ending-${round}`, member, from: 20, until: 30 });
      await world.goTo(30);
      await world.env.sleep(20 * round);
      await world.book({ id: `just-ending-${round}-next`, member, from: 31, until: 60 });
      await world.goTo(45);
      expect(await thames(member.email)).toBe(true);
      await world.goTo(62);
      expect(await thames(member.email)).toBe(false);
    }
  });
});
