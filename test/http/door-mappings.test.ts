import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import type { HttpDeps } from '../../src/http/deps';
import { createSaveDoorMapping } from '../../src/usecases/save-door-mapping';
import { startWorld, THAMES, type World } from '../support/world';

const mapping = {
  subject: { type: 'resource', source: 'default', id: 'thames' },
  target: { type: 'group', id: THAMES.group },
  name: 'Thames',
};

describe('door mappings over HTTP', () => {
  let world: World;
  let app: Express;
  let token: string;
  let otherToken: string;
  /** What Kisi says of a target, where a test does not want to ask it. */
  let kisiSays: 'exists' | 'missing' | 'unknown' | null = null;

  const as = (method: 'get' | 'put' | 'post' | 'delete', path: string, bearer = token) =>
    request(app)[method](path).set('Authorization', `Bearer ${bearer}`);
  const put = (id: string, change: object = {}, bearer = token) =>
    as('put', `/v1/door-mappings/${id}`, bearer).send({ integrationId: world.integrationId, ...mapping, ...change });
  const get = (path: string, bearer = token) => as('get', path, bearer);
  const idsOf = (answer: { body: { items: { id: string }[] } }): string[] => answer.body.items.map(({ id }) => id);

  beforeAll(async () => {
    world = await startWorld();
    const { http } = world.latchkey;
    const deps: HttpDeps = {
      ...http,
      saveDoorMapping: (actor, one, check) =>
        kisiSays === null
          ? http.saveDoorMapping(actor, one, check)
          : createSaveDoorMapping({ ...http, checkTarget: async () => kisiSays ?? 'unknown' })(actor, one, check),
    };
    app = createApp(deps);
    token = await tokenOf(world.organizationId);
    otherToken = (await world.latchkey.createOrganization('Other')).token;
    const actor = { organizationId: world.organizationId, name: 'test' };
    await http.catalogue.saveLocation(actor, { id: 'berlin', name: 'Berlin', timeZone: 'Europe/Berlin' });
    const spree = { source: 'default', id: 'spree', name: 'Spree', kind: 'room', locationId: 'berlin' } as const;
    await http.catalogue.saveResource(actor, spree);
    for (const [table, id, locationId] of [
      ['plan', 'unlimited', null],
      ['passType', 'day', 'london'],
    ] as const) {
      const row = { organizationId: world.organizationId, sourceId: 'default', id, name: `The ${id}`, locationId };
      await (table === 'plan'
        ? world.ledger.prisma.plan.create({ data: row })
        : world.ledger.prisma.passType.create({ data: row }));
    }
  });
  afterAll(() => world.stop());
  beforeEach(() => void (kisiSays = null));

  const tokenOf = async (organizationId: string): Promise<string> => {
    const scopes = ['events', 'read', 'operate', 'admin'] as const;
    const actor = { organizationId, name: 'test' };
    const made = await world.latchkey.http.makeToken(actor, { name: 'all', scopes, sourceId: null });
    if (made === 'unknown_source') throw new Error('no source');
    return made.token;
  };

  it('saves a mapping and shows all that is known of it', async () => {
    kisiSays = 'exists';
    const saved = await put('thames-1');
    expect([saved.status, saved.body]).toMatchObject([
      200,
      {
        id: 'thames-1',
        subject: { type: 'resource', source: 'default', id: 'thames', name: 'thames' },
        target: { type: 'group', id: THAMES.group },
        leadMinutes: null,
        enabled: true,
        state: 'active',
        verification: 'verified',
        groupId: THAMES.group,
      },
    ]);
    const seen = await get('/v1/door-mappings/thames-1');
    expect([seen.body, seen.headers['etag']]).toEqual([saved.body, saved.headers['etag']]);
  });

  it('takes plans and pass types, and locks that wait for a group of their own', async () => {
    kisiSays = 'exists';
    const plan = await put('plan-1', { subject: { type: 'plan', id: 'unlimited' } });
    expect(plan.body).toMatchObject({ subject: { type: 'plan', source: 'default', name: 'The unlimited' } });
    const pass = await put('pass-1', {
      subject: { type: 'pass_type', id: 'day' },
      target: { type: 'lock', id: THAMES.lock },
    });
    expect(pass.body).toMatchObject({ state: 'door_group_pending', groupId: null, subject: { name: 'The day' } });
    const wanted = await world.ledger.prisma.lockGroup.findMany({ where: { integrationId: world.integrationId } });
    expect(wanted).toMatchObject([{ lockId: THAMES.lock, status: 'wanted' }]);
  });

  it('saves what Kisi could not be asked about, as not verified', async () => {
    kisiSays = 'unknown';
    expect((await put('unsure')).body).toMatchObject({ state: 'unverified', verification: 'unverified' });
  });

  it('refuses a door that Kisi does not show, but lets one that is gone be turned off', async () => {
    kisiSays = 'missing';
    const refused = await put('gone', { target: { type: 'lock', id: 99 } });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ field: 'target.id', message: 'Kisi shows no lock with this id' }],
    ]);
    expect((await get('/v1/door-mappings/gone')).status).toBe(404);
    const off = await put('thames-1', { enabled: false });
    expect([off.status, off.body.state]).toEqual([200, 'inactive']);
    await world.ledger.prisma.doorMapping.deleteMany({ where: { id: 'unsure' } });
  });

  it('asks Kisi itself, and saves all the same while Kisi does not answer', async () => {
    const unknown = await put('asked', { target: { type: 'group', id: 999_999 } });
    expect([unknown.status, unknown.body.errors]).toEqual([
      422,
      [{ field: 'target.id', message: 'Kisi shows no group with this id' }],
    ]);
    const lock = await put('asked', { target: { type: 'lock', id: 3003 } });
    expect([lock.status, lock.body]).toMatchObject([200, { verification: 'verified', targetName: expect.any(String) }]);
    await world.simulator.fault({ kind: 'outage', times: 50 });
    const unsure = await put('asked', { target: { type: 'lock', id: 999_998 } });
    await world.simulator.clearFaults();
    expect([unsure.status, unsure.body.verification]).toEqual([200, 'unverified']);
    expect((await as('delete', '/v1/door-mappings/asked')).status).toBe(204);
  });

  it.each([
    ['a resource that is none', { subject: { type: 'resource', id: 'nowhere' } }, 'subject.id'],
    ['a plan that is a resource', { subject: { type: 'plan', id: 'thames' } }, 'subject.id'],
    ['a pass type of another source', { subject: { type: 'pass_type', source: 'other', id: 'day' } }, 'subject.id'],
    ['a subject of no kind', { subject: { type: 'boat', id: 'thames' } }, 'subject.type'],
    ['an integration that is none', { integrationId: 'none' }, 'integrationId'],
    ['an id of a door that is no number', { target: { type: 'group', id: '4002' } }, 'target.id'],
    ['an id of a door that is negative', { target: { type: 'group', id: -1 } }, 'target.id'],
    ['a target of no kind', { target: { type: 'door', id: 1 } }, 'target.type'],
    ['an empty name', { name: ' ' }, 'name'],
    ['negative minutes', { leadMinutes: -1 }, 'leadMinutes'],
    ['more than a week of grace', { graceMinutes: 10_081 }, 'graceMinutes'],
    ['a field that we do not know', { colour: 'red' }, 'colour'],
    ['what others decide', { verification: 'verified' }, 'verification'],
  ])('names the field for %s', async (_what, change, field) => {
    const answer = await put('refused', change);
    expect([answer.status, answer.body.errors?.[0]]).toMatchObject([422, { field, message: expect.any(String) }]);
    expect((await get('/v1/door-mappings/refused')).status).toBe(404);
  });

  it('takes a room of a site that the integration is not sorted under', async () => {
    kisiSays = 'exists';
    const saved = await put('beyond', { subject: { type: 'resource', id: 'spree' } });
    expect([saved.status, saved.body.state]).toEqual([200, 'active']);
    expect((await as('delete', '/v1/door-mappings/beyond')).status).toBe(204);
  });

  it.each(['export', 'import'])('refuses the id %s, which is an address of its own', async (id) => {
    expect((await put(id)).body.errors[0]).toMatchObject({ field: 'id' });
  });

  it('keeps tenants apart', async () => {
    expect((await get('/v1/door-mappings/thames-1', otherToken)).status).toBe(404);
    expect(idsOf(await get('/v1/door-mappings', otherToken))).toEqual([]);
    expect((await get('/v1/door-mappings/export', otherToken)).text.trim().split('\r\n')).toHaveLength(1);
    expect((await as('delete', '/v1/door-mappings/thames-1', otherToken)).status).toBe(404);
    const stolen = await put('mine', {}, otherToken);
    expect([stolen.status, stolen.body.errors[0].field]).toEqual([422, 'subject.id']);
    const preview = (body: object) => as('post', '/v1/previews', otherToken).send(body);
    expect((await preview({ change: 'delete_door_mapping', id: 'thames-1' })).status).toBe(404);
    const disconnect = { change: 'disconnect_integration', integrationId: world.integrationId };
    expect((await preview(disconnect)).status).toBe(404);
  });

  it('tells the second of two editors, and overwrites nothing', async () => {
    kisiSays = 'exists';
    const { headers } = await put('edited');
    const edit = (name: string) => put('edited', { name }).set('If-Match', String(headers['etag']));
    expect((await edit('First')).status).toBe(200);
    const second = await edit('Second');
    expect([second.status, second.body.code]).toEqual([412, 'precondition_failed']);
    expect((await get('/v1/door-mappings/edited')).body.name).toBe('First');
    const remove = await as('delete', '/v1/door-mappings/edited').set('If-Match', String(headers['etag']));
    expect(remove.status).toBe(412);
    expect((await put('not-there', {}).set('If-Match', '"x"')).status).toBe(412);
  });

  it('lets exactly one of many win who save what they saw at the same time', async () => {
    kisiSays = 'exists';
    for (let round = 0; round < 5; round += 1) {
      const { headers } = await put('raced', { name: `Round ${round}` });
      const answers = await Promise.all(
        [0, 1, 2, 3].map((who) =>
          put('raced', { name: `Round ${round} by ${who}` }).set('If-Match', String(headers['etag'])),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
      const winner = answers.find(({ status }) => status === 200);
      const seen = await get('/v1/door-mappings/raced');
      expect([seen.body.name, seen.headers['etag']]).toEqual([winner?.body.name, winner?.headers['etag']]);
    }
  });

  it('does not take what Kisi says in the background for a change by somebody', async () => {
    kisiSays = 'exists';
    const { headers } = await put('watched');
    await world.ledger.prisma.doorMapping.updateMany({
      where: { id: 'watched' },
      data: { verification: 'missing', verifiedAt: new Date() },
    });
    expect((await get('/v1/door-mappings/watched')).body.state).toBe('group_missing');
    const saved = await put('watched', { name: 'Again' }).set('If-Match', String(headers['etag']));
    expect([saved.status, saved.body.state]).toEqual([200, 'active']);
  });

  it('settles whom a mapping concerned before and whom it concerns now', async () => {
    kisiSays = 'exists';
    const fanOuts = async (): Promise<(string | null)[]> =>
      (await world.ledger.prisma.fanOut.findMany({ where: { kind: 'resource' }, orderBy: { createdAt: 'asc' } })).map(
        ({ subjectId }) => subjectId,
      );
    await put('moved');
    const before = await fanOuts();
    await put('moved', { subject: { type: 'resource', id: 'lobby' } });
    expect((await fanOuts()).slice(before.length).sort()).toEqual(['lobby', 'thames']);
    await as('delete', '/v1/door-mappings/moved');
    expect((await fanOuts()).slice(before.length + 2)).toEqual(['lobby']);
  });

  describe('lists', () => {
    beforeAll(async () => {
      kisiSays = 'exists';
      await put('a-lobby', { subject: { type: 'resource', id: 'lobby' }, name: 'Große Tür 100%' });
      await world.ledger.prisma.kisiDoor.createMany({
        data: [
          {
            integrationId: world.integrationId,
            type: 'group',
            kisiId: THAMES.group,
            name: 'Meeting Room Thames',
            placeName: 'Harbour Works London',
            readAt: new Date(),
          },
        ],
        skipDuplicates: true,
      });
    });

    it.each([
      ['subjectType=plan', ['plan-1']],
      ['subjectType=plan&subjectId=unlimited&source=default', ['plan-1']],
      ['resourceId=lobby', ['a-lobby']],
      ['targetType=lock', ['pass-1']],
      [`targetId=${THAMES.lock}`, ['pass-1']],
      ['state=door_group_pending', ['pass-1']],
      ['state=inactive', ['thames-1']],
      ['query=GROSSE', []],
      [`query=${encodeURIComponent('große TÜR')}`, ['a-lobby']],
      [`query=${encodeURIComponent('100%')}`, ['a-lobby']],
      ['query=unlimited', ['plan-1']],
      [`query=${encodeURIComponent('the day')}&targetType=lock`, ['pass-1']],
      ['locationId=berlin', []],
      ['locationId=london&subjectType=pass_type', ['pass-1']],
      ['integrationId=none', []],
    ])('narrow down by %s', async (query, expected) => {
      expect(idsOf(await get(`/v1/door-mappings?${query}`))).toEqual(expected);
    });

    it.each([
      ['state=asleep', 'state'],
      ['subjectType=boat', 'subjectType'],
      ['targetId=12a', 'targetId'],
      ['targetType=door', 'targetType'],
      ['limit=0', 'limit'],
      ['colour=red', 'colour'],
    ])('name what is wrong in %s', async (query, field) => {
      const answer = await get(`/v1/door-mappings?${query}`);
      expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
    });

    it('find by what Kisi calls the door, and show it', async () => {
      const { items } = (await get('/v1/door-mappings?query=meeting+harbour')).body;
      expect(items.length).toBeGreaterThan(2);
      expect(items[0]).toMatchObject({ targetName: 'Meeting Room Thames', placeName: 'Harbour Works London' });
    });

    it('show the same whatever the size of a page', async () => {
      const all = idsOf(await get('/v1/door-mappings?limit=200'));
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await get(`/v1/door-mappings?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...idsOf(page));
        cursor = page.body.nextCursor;
      }
      expect(seen).toEqual(all);
    });
  });

  describe('as a file', () => {
    const send = (csv: string, dryRun: boolean) => as('post', '/v1/door-mappings/import').send({ csv, dryRun });
    const HEADER = 'id,subject_type,subject_id,integration_id,target_type,target_id,name';

    it('come back unchanged', async () => {
      const exported = await get('/v1/door-mappings/export');
      expect(exported.headers['content-type']).toContain('text/csv');
      const report = await send(exported.text, false);
      expect([report.status, report.body]).toMatchObject([200, { created: 0, changed: 0, errors: [], dryRun: false }]);
      expect(report.body.unchanged).toBe(exported.text.trim().split('\r\n').length - 1);
    });

    it('say what would be, and save nothing', async () => {
      const before = (await get('/v1/door-mappings/export')).text;
      const csv = [
        HEADER,
        `a-lobby,resource,lobby,${world.integrationId},group,4001,Renamed`,
        `,resource,thames,${world.integrationId},group,4001,Front door`,
      ].join('\r\n');
      const report = await send(csv, true);
      expect([report.status, report.body]).toMatchObject([
        200,
        {
          dryRun: true,
          created: 1,
          changed: 1,
          unchanged: 0,
          errors: [],
          rows: [
            { line: 2, id: 'a-lobby', effect: 'change' },
            { line: 3, id: expect.stringMatching(/^thames-group-4001-/), effect: 'create' },
          ],
        },
      ]);
      expect((await get('/v1/door-mappings/export')).text).toBe(before);
    });

    it('save all or nothing, and name line and column', async () => {
      const before = (await get('/v1/door-mappings/export')).text;
      const csv = [
        HEADER,
        `fine,resource,lobby,${world.integrationId},group,4001,Fine`,
        `two,resource,nowhere,${world.integrationId},group,4001,Unknown`,
        `four,resource,lobby,none,group,4001,No Kisi`,
        `five,resource,lobby,${world.integrationId},group,x,No number`,
      ].join('\n');
      const dry = await send(csv, true);
      expect(dry.status).toBe(200);
      expect(dry.body.errors.map(({ line, field }: { line: number; field: string }) => [line, field])).toEqual([
        [3, 'subject_id'],
        [4, 'integration_id'],
        [5, 'target_id'],
      ]);
      const real = await send(csv, false);
      expect([real.status, real.body.code]).toEqual([422, 'invalid_request']);
      expect(real.body.errors.map(({ field }: { field: string }) => field)).toEqual([
        'line 3: subject_id',
        'line 4: integration_id',
        'line 5: target_id',
      ]);
      expect((await get('/v1/door-mappings/export')).text).toBe(before);
    });

    it('are saved with 10,000 rows in one go, one fan-out for each subject', async () => {
      const rows = Array.from(
        { length: 10_000 },
        (_, index) =>
          `big-${index},resource,${['thames', 'lobby', 'unmapped'][index % 3] ?? ''},${world.integrationId},group,${index + 10_000},Door ${index}`,
      );
      const before = await world.ledger.prisma.fanOut.count({ where: { kind: 'resource' } });
      const report = await send([HEADER, ...rows].join('\n'), false);
      expect([report.status, report.body.created, report.body.errors]).toEqual([200, 10_000, []]);
      expect(await world.ledger.prisma.fanOut.count({ where: { kind: 'resource' } })).toBe(before + 3);
      expect((await get('/v1/door-mappings/big-9999')).body).toMatchObject({ name: 'Door 9999', state: 'unverified' });
      await world.ledger.prisma.doorMapping.deleteMany({ where: { id: { startsWith: 'big-' } } });
    });

    it('may have 4 MB, which is more than other bodies', async () => {
      const large = await send('x'.repeat(3_000_000), true);
      expect([large.status, large.body.errors[0].line]).toEqual([200, 1]);
      const tooLarge = await send('x'.repeat(5_000_000), true);
      expect([tooLarge.status, tooLarge.body.code, tooLarge.body.detail]).toEqual([
        413,
        'body_too_large',
        'The body may have at most 4 MB.',
      ]);
    });

    it.each([
      [{ dryRun: true }, 'csv'],
      [{ csv: 1, dryRun: true }, 'csv'],
      [{ csv: '', dryRun: 'yes' }, 'dryRun'],
    ])('name the field for %j', async (body, field) => {
      const answer = await as('post', '/v1/door-mappings/import').send(body);
      expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
    });
  });
});
