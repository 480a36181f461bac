import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { startOffice, type Office } from '../support/office';

const kinds = [
  ['/v1/plans', 'plan', 'Plan'],
  ['/v1/pass-types', 'pass_type', 'pass type'],
] as const;

describe('the catalogue', () => {
  let office: Office;
  let app: Express;
  type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
  const call = (method: Method, path: string, body?: object, headers: Record<string, string> = {}): request.Test =>
    request(app)
      [method](path)
      .set({ Authorization: `Bearer ${office.token}`, ...headers })
      .send(body);
  const ids = (answer: request.Response): string[] => (answer.body.items as { id: string }[]).map((one) => one.id);
  const mappingOf = (type: string, id: string, mappingId: string, enabled = true) =>
    office.ledger.prisma.doorMapping.create({
      data: {
        organizationId: office.organizationId,
        id: mappingId,
        subjectType: type,
        subjectSource: 'default',
        subjectId: id,
        integrationId: 'kisi',
        targetType: 'group',
        targetId: 1,
        name: mappingId,
        enabled,
      },
    });

  beforeAll(async () => {
    office = await startOffice();
    app = createApp(office.latchkey.http);
    await call('put', '/v1/locations/london', { name: 'Harbour 100%', timeZone: 'Europe/London' });
    await call('put', '/v1/locations/paris', { name: 'Les Halles', timeZone: 'Europe/Paris' });
    const integration = { id: 'kisi', name: 'Kisi', mode: 'enforce', locationIds: ['paris'] } as const;
    const actor = { organizationId: office.organizationId, name: 'test' };
    await office.latchkey.http.catalogue.createIntegration(actor, integration);
  });
  afterAll(() => office.stop());

  it('keeps how passes of a type end and who counts their uses', async () => {
    const save = (body: object) => call('put', '/v1/pass-types/day', { name: 'Day', locationId: 'london', ...body });
    const ends = { type: 'at_closing', time: '21:30' };
    const saved = await save({ ends, usesCountedBy: 'unlock_days' });
    expect(saved.body).toMatchObject({ ends, usesCountedBy: 'unlock_days' });
    expect((await call('get', '/v1/pass-types/day')).headers['etag']).toBe(saved.headers['etag']);
    const wrong = async (body: object): Promise<string> => String((await save(body)).body.errors[0].field);
    expect(await wrong({ ends, locationId: null })).toBe('ends');
    expect(await wrong({ ends: { type: 'at_closing', time: '25:00' } })).toBe('ends.time');
    expect(await wrong({ ends: { type: 'after_hours', hours: 0 } })).toBe('ends.hours');
    expect(await wrong({ ends: { type: 'never' } })).toMatch(/^ends/);
    expect(await wrong({ usesCountedBy: 'nobody' })).toBe('usesCountedBy');
    expect(await call('put', '/v1/plans/day', { name: 'Day', ends })).toMatchObject({ status: 422 });
  });

  it('keeps the holidays of a location by date, and names what is wrong with them', async () => {
    const save = (holidays: unknown) =>
      call('put', '/v1/locations/lisbon', { name: 'Lisbon', timeZone: 'Europe/Lisbon', holidays });
    const [xmas, leap] = [
      { date: '2028-12-25', name: 'Christmas' },
      { date: '2028-02-29', name: 'Leap day' },
    ];
    const saved = await save([xmas, leap]);
    expect([saved.status, saved.body.holidays]).toEqual([200, [leap, xmas]]);
    expect((await call('get', '/v1/locations/lisbon')).headers['etag']).toBe(saved.headers['etag']);
    expect((await save([{ date: '2027-02-29', name: 'No' }])).body.errors[0].field).toBe('holidays.0.date');
    expect((await save([xmas, xmas])).body.errors[0].field).toBe('holidays.1.date');
    expect((await save([{ date: '2028-12-25', name: '' }])).body.errors[0].field).toBe('holidays.0.name');
    const zone = await call('put', '/v1/locations/lisbon', { name: 'Lisbon', timeZone: 'Mars/Olympus' });
    expect([zone.status, zone.body.errors[0].field]).toEqual([422, 'timeZone']);
    expect((await call('put', '/v1/locations/lisbon', { name: 'L', timeZone: 'UTC' })).body.holidays).toEqual([]);
  });

  describe.each(kinds)('%s', (path, type, word) => {
    it('makes, shows, changes and deletes one', async () => {
      const made = await call('put', `${path}/one`, { name: 'Full time' });
      const rules = type === 'pass_type' ? { ends: { type: 'given' }, usesCountedBy: 'platform' } : {};
      const identity = { source: 'default', id: 'one', name: 'Full time', locationId: null };
      const full = { ...identity, openingHours: null, ...rules, mappings: 0 };
      expect([made.status, made.body]).toEqual([200, full]);
      const seen = await call('get', `${path}/one`);
      expect([seen.body, seen.headers['etag']]).toEqual([full, made.headers['etag']]);
      const changed = await call('put', `${path}/one`, { name: 'Part time', locationId: 'london' });
      expect(changed.body).toMatchObject({ name: 'Part time', locationId: 'london' });
      expect((await call('delete', `${path}/one`)).status).toBe(204);
      expect((await call('get', `${path}/one`)).status).toBe(404);
      expect((await call('delete', `${path}/one`)).body).toMatchObject({ code: 'not_found' });
    });

    it('wants the tag of what the caller saw, and is not put off by a new mapping', async () => {
      const made = await call('put', `${path}/tagged`, { name: 'A' });
      const old = { 'If-Match': String(made.headers['etag']) };
      await mappingOf(type, 'tagged', `${type}-tag`);
      const saved = await call('put', `${path}/tagged`, { name: 'B' }, old);
      expect([saved.status, saved.body.mappings]).toEqual([200, 1]);
      expect((await call('put', `${path}/tagged`, { name: 'C' }, old)).status).toBe(412);
      expect((await call('delete', `${path}/tagged`, undefined, old)).status).toBe(412);
      expect((await call('put', `${path}/none`, { name: 'C' }, old)).status).toBe(412);
      expect((await call('get', `${path}/none`)).status).toBe(404);
      expect((await call('get', `${path}/tagged`)).body.name).toBe('B');
    });

    it('lets one of two changes at once through when both saw the same', async () => {
      const made = await call('put', `${path}/raced`, { name: 'A' });
      const tag = { 'If-Match': String(made.headers['etag']) };
      const answers = await Promise.all(
        ['B', 'C', 'D', 'E'].map((name) => call('put', `${path}/raced`, { name }, tag)),
      );
      expect(answers.map((one) => one.status).sort()).toEqual([200, 412, 412, 412]);
    });

    it('names the field that is wrong', async () => {
      const nowhere = await call('put', `${path}/x`, { name: 'X', locationId: 'mars' });
      expect([nowhere.status, nowhere.body.errors[0].field]).toEqual([422, 'locationId']);
      const nobody = await call('put', `${path}/x?source=nobody`, { name: 'X' });
      expect([nobody.status, nobody.body.errors[0].field]).toEqual([422, 'source']);
      expect((await call('get', `${path}?mapped=maybe`)).body.errors[0].field).toBe('mapped');
    });

    it('keeps opening hours, and names what is wrong with them', async () => {
      const weekly = [{ days: ['sun', 'sat'], from: '09:00', to: '24:00' }];
      const save = (openingHours: unknown, locationId: string | null = 'london') =>
        call('put', `${path}/hours`, { name: 'Weekends', locationId, openingHours });
      const saved = await save({ weekly });
      const hours = { weekly: [{ ...weekly[0], days: ['sat', 'sun'] }], exceptions: [], onHolidays: 'closed' };
      expect([saved.status, saved.body.openingHours]).toEqual([200, hours]);
      const seen = await call('get', `${path}/hours`);
      expect([seen.body.openingHours, seen.headers['etag']]).toEqual([hours, saved.headers['etag']]);
      expect((await call('get', `${path}?query=hours`)).body.items[0].openingHours).toEqual(hours);
      const wrong = async (openingHours: unknown, locationId?: string | null): Promise<string[]> => {
        const answer = await save(openingHours, locationId);
        const errors: { field: string }[] = answer.body.errors;
        return [String(answer.status), ...errors.map(({ field }) => field)];
      };
      expect(await wrong({ weekly }, null)).toEqual(['422', 'openingHours']);
      expect(await wrong({ weekly: [{ ...weekly[0], to: '08:00' }] })).toEqual(['422', 'openingHours.weekly.0.to']);
      expect(await wrong({ weekly: [...weekly, ...weekly] })).toEqual(['422', 'openingHours.weekly.1.from']);
      expect(await wrong({ weekly: [{ ...weekly[0], days: ['funday'] }] })).toEqual([
        '422',
        'openingHours.weekly.0.days.0',
      ]);
      const exceptions = [{ date: '2027-02-29', periods: [] }];
      expect(await wrong({ weekly, exceptions })).toEqual(['422', 'openingHours.exceptions.0.date']);
      expect(await wrong({ weekly, onHolidays: 'maybe' })).toEqual(['422', 'openingHours.onHolidays']);
      expect((await call('get', `${path}/hours`)).headers['etag']).toBe(saved.headers['etag']);
      expect((await save(null, null)).body.openingHours).toBeNull();
    });

    it('refuses to delete what a door mapping refers to, and names it', async () => {
      await call('put', `${path}/mapped`, { name: 'Mapped' });
      await mappingOf(type, 'mapped', `${type}-front`, false);
      const refused = await call('delete', `${path}/mapped`);
      expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
      expect(refused.body.detail).toContain(`1 door mapping (${type}-front)`);
      expect(refused.body.detail).toContain(word.toLowerCase());
    });

    it('lists by text, place and whether there is a door', async () => {
      await call('put', `${path}/fit-1`, { name: '50%_off', locationId: 'paris' });
      await call('put', `${path}/fit-2`, { name: 'FITNESS', locationId: 'london' });
      await call('put', `${path}/fit-3`, { name: 'Anywhere' });
      await mappingOf(type, 'fit-2', `${type}-fit`);
      expect(ids(await call('get', `${path}?query=FIT`))).toEqual(['fit-1', 'fit-2', 'fit-3']);
      expect(ids(await call('get', `${path}?query=fitness`))).toEqual(['fit-2']);
      expect(ids(await call('get', `${path}?query=${encodeURIComponent('%_o')}`))).toEqual(['fit-1']);
      expect(ids(await call('get', `${path}?query=fit&locationId=london`))).toEqual(['fit-2', 'fit-3']);
      expect(ids(await call('get', `${path}?query=fit&mapped=true`))).toEqual(['fit-2']);
      expect(ids(await call('get', `${path}?query=fit&mapped=false`))).toEqual(['fit-1', 'fit-3']);
      expect(ids(await call('get', `${path}?source=another`))).toEqual([]);
      expect((await call('get', `${path}?query=fit`)).body.items[1]).toMatchObject({ mappings: 1 });
    });

    it('pages through all, whatever the size of a page', async () => {
      const all = ids(await call('get', `${path}?limit=200`));
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await call('get', `${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...ids(page));
        cursor = page.body.nextCursor;
      }
      expect(seen).toEqual(all);
      expect((await call('get', `${path}?cursor=${Buffer.from('["a"]').toString('base64url')}`)).status).toBe(422);
    });
  });

  describe('resources', () => {
    it('count their mappings, and are listed by text, kind and whether there is a door', async () => {
      await call('put', '/v1/resources/r-1', { name: 'Seine', kind: 'room', locationId: 'paris' });
      await call('put', '/v1/resources/r-2', { name: 'Hot desk', kind: 'desk', locationId: 'paris' });
      await mappingOf('resource', 'r-1', 'seine-1');
      await mappingOf('resource', 'r-1', 'seine-2', false);
      await mappingOf('resource', 'r-2', 'desk-off', false);
      expect((await call('get', '/v1/resources/r-1')).body).toMatchObject({ kind: 'room', mappings: 2 });
      expect(ids(await call('get', '/v1/resources?query=SEIN'))).toEqual(['r-1']);
      expect(ids(await call('get', '/v1/resources?kind=desk'))).toEqual(['r-2']);
      expect(ids(await call('get', '/v1/resources?mapped=true'))).toEqual(['r-1']);
      expect(ids(await call('get', '/v1/resources?mapped=false'))).toEqual(['r-2']);
      expect((await call('get', '/v1/resources?kind=boat')).body.errors[0].field).toBe('kind');
    });

    it('go only when neither a mapping nor a booking that has not ended refers to them', async () => {
      await call('put', '/v1/resources/r-3', { name: 'Loire', kind: 'room', locationId: 'paris' });
      await mappingOf('resource', 'r-3', 'loire');
      const booking = {
        status: 'confirmed',
        payment: 'paid',
        resourceId: 'r-3',
        member: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
        startsAt: '2030-05-04T09:00:00Z',
        endsAt: '2030-05-04T10:00:00Z',
      };
      expect((await call('put', '/v1/bookings/loire-1', booking)).status).toBe(202);
      const refused = await call('delete', '/v1/resources/r-3');
      expect(refused.status).toBe(409);
      expect(refused.body.detail).toContain('1 door mapping (loire)');
      expect(refused.body.detail).toContain('1 booking that has not ended (loire-1)');
      await call('delete', '/v1/door-mappings/loire');
      expect((await call('delete', '/v1/resources/r-3')).status).toBe(409);
      await office.ledger.prisma.entitlement.updateMany({ where: { resourceId: 'r-3' }, data: { state: 'ended' } });
      expect((await call('delete', '/v1/resources/r-3')).status).toBe(204);
      expect((await call('get', '/v1/bookings/loire-1')).body).toMatchObject({ resourceId: 'r-3', resourceName: null });
    });

    it('lets one of two changes at once through when both saw the same', async () => {
      const made = await call('put', '/v1/resources/r-4', { name: 'A', kind: 'room', locationId: 'paris' });
      const tag = { 'If-Match': String(made.headers['etag']) };
      const change = (name: string) =>
        call('put', '/v1/resources/r-4', { name, kind: 'room', locationId: 'paris' }, tag);
      const answers = await Promise.all([change('B'), change('C'), change('D')]);
      expect(answers.map((one) => one.status).sort()).toEqual([200, 412, 412]);
    });
  });

  describe('locations', () => {
    it('are listed by text', async () => {
      expect(ids(await call('get', '/v1/locations?query=HALLES'))).toEqual(['paris']);
      expect(ids(await call('get', `/v1/locations?query=${encodeURIComponent('0%')}`))).toEqual(['london']);
    });

    it('go only when nothing refers to them, and say what does', async () => {
      await call('put', '/v1/locations/rome', { name: 'Rome', timeZone: 'Europe/Rome' });
      await call('patch', '/v1/organization', { newResourcesLocationId: 'rome' });
      const policy = await call('delete', '/v1/locations/rome');
      expect([policy.status, policy.body.detail]).toEqual([409, expect.stringContaining('newResourcesLocationId')]);
      await call('patch', '/v1/organization', { newResourcesLocationId: null });
      expect((await call('delete', '/v1/locations/rome')).status).toBe(204);
      expect((await call('delete', '/v1/locations/rome')).status).toBe(404);
      const paris = await call('delete', '/v1/locations/paris');
      expect(paris.body.detail).toMatch(/resources? \(.*plans? \(.*pass types? \(.*1 integration \(kisi\)/);
    });

    it('are not deleted under a resource that is being saved', async () => {
      for (let round = 0; round < 10; round += 1) {
        const place = `brief-${round}`;
        await call('put', `/v1/locations/${place}`, { name: place, timeZone: 'UTC' });
        const [saved, deleted] = await Promise.all([
          call('put', `/v1/resources/${place}`, { name: place, kind: 'room', locationId: place }),
          call('delete', `/v1/locations/${place}`),
        ]);
        expect([
          [200, 409],
          [422, 204],
        ]).toContainEqual([saved.status, deleted.status]);
      }
    });
  });

  describe('bookings', () => {
    it('carry names, and are found by their id, their member and their resource', async () => {
      await call('put', '/v1/resources/r-9', { name: 'Salle Ravel', kind: 'room', locationId: 'paris' });
      const booking = (member: string, resourceId: string) => ({
        status: 'confirmed',
        payment: 'paid',
        resourceId,
        member: { id: member, email: `${member}@Ravel-Fans.example`, name: `Émile ${member}` },
        startsAt: '2030-05-04T09:00:00Z',
        endsAt: '2030-05-04T10:00:00Z',
      });
      await call('put', '/v1/bookings/bolero-1', booking('maurice', 'r-9'));
      await call('put', '/v1/bookings/bolero-2', booking('claude', 'r-1'));
      expect((await call('get', '/v1/bookings/bolero-1')).body).toMatchObject({
        memberName: 'Émile maurice',
        resourceName: 'Salle Ravel',
      });
      const found = async (query: string) => ids(await call('get', `/v1/bookings?query=${encodeURIComponent(query)}`));
      expect(await found('BOLERO')).toEqual(['bolero-2', 'bolero-1']);
      expect(await found('émile m')).toEqual(['bolero-1']);
      expect(await found('claude@ravel')).toEqual(['bolero-2']);
      expect(await found('salle ravel')).toEqual(['bolero-1']);
      expect(await found('b_lero')).toEqual([]);
      const narrow = await call('get', '/v1/bookings?query=ravel&resourceId=r-9');
      expect(ids(narrow)).toEqual(['bolero-1']);
    });
  });

  describe('the organization', () => {
    it('takes the place of new resources only when it exists', async () => {
      const wrong = await call('patch', '/v1/organization', { newResourcesLocationId: 'mars' });
      expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'newResourcesLocationId']);
      const saved = await call('patch', '/v1/organization', { newResourcesLocationId: 'london' });
      expect([saved.status, saved.body.newResourcesLocationId]).toEqual([200, 'london']);
      const seen = await call('get', '/v1/organization');
      expect([seen.body, seen.headers['etag']]).toEqual([saved.body, saved.headers['etag']]);
    });

    it('says how long overdue subscriptions give access, and how many guests a booking may have', async () => {
      const before = await call('get', '/v1/organization');
      expect(before.body).toMatchObject({ pastDueGraceDays: 7, guestsPerBooking: 10 });
      for (const [field, value] of Object.entries({ pastDueGraceDays: -1, guestsPerBooking: 2.5 })) {
        const wrong = await call('patch', '/v1/organization', { [field]: value });
        expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, field]);
      }
      const saved = await call('patch', '/v1/organization', { pastDueGraceDays: 0, guestsPerBooking: 3 });
      expect(saved.body).toEqual({ ...before.body, pastDueGraceDays: 0, guestsPerBooking: 3 });
      expect((await call('get', '/v1/organization')).body).toEqual(saved.body);
    });

    it('keeps both of two changes at once', async () => {
      await Promise.all([
        call('patch', '/v1/organization', { leadMinutes: 7 }),
        call('patch', '/v1/organization', { graceMinutes: 9 }),
      ]);
      expect((await call('get', '/v1/organization')).body).toMatchObject({ leadMinutes: 7, graceMinutes: 9 });
    });
  });
});
