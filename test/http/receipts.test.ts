import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import request from 'supertest';
import { createApp } from '../../src/http/app';
import { listen, type RunningServer } from '../../src/http/listen';
import { RECEIPT_CSV_COLUMNS } from '../../src/http/receipt-csv';
import { OFFLINE_LIMIT } from '../../src/domain/receipts';
import { openBenchLine, type BenchLine } from '../support/bench-line';
import { openTestLedger } from '../support/databases';
import { KEYS, revokeKey } from '../support/kisi-keys';
import { FRONT, THAMES } from '../support/world';

interface Door {
  readonly result: string;
  readonly [field: string]: unknown;
}
interface Receipt {
  readonly id: string;
  readonly number: number;
  readonly entitlement: { readonly kind: string; readonly source: string; readonly id: string };
  readonly doors: readonly Door[];
  readonly hash: string;
  readonly [field: string]: unknown;
}

const person = (id: string) => ({ id, email: `${id}@example.com`, name: `Person ${id}` });
/** What a spreadsheet would take for a formula, and what a separator would tear apart. */
const FORMULA = '=2+5,"x"';

jest.setTimeout(120_000);

/** One organization in which access ended in every way there is; then its receipts over HTTP. */
describe('receipts over HTTP', () => {
  let line: BenchLine;
  let server: RunningServer;
  let token: string;
  let firstHead: { readonly number: number; readonly hash: string };

  const url = (): string => `http://127.0.0.1:${server.port}`;
  const get = (path: string, bearer = token): request.Test =>
    request(url()).get(path).set('Authorization', `Bearer ${bearer}`);
  const list = async (query = ''): Promise<Receipt[]> => {
    const { status, body } = await get(`/v1/receipts?limit=200&${query}`);
    expect([query, status]).toEqual([query, 200]);
    return (body as { items: Receipt[] }).items;
  };
  const idsOf = async (query: string): Promise<string[]> => (await list(query)).map((one) => one.entitlement.id).sort();
  const receiptOf = async (id: string): Promise<Receipt> => {
    const [found] = await list(`entitlementId=${encodeURIComponent(id)}`);
    if (found === undefined) throw new Error(`There is no receipt of ${id}.`);
    return found;
  };
  const tokenOf = async (sourceId: string | null): Promise<string> => {
    const actor = { organizationId: line.organizationId, name: 'test' };
    const made = await line.latchkey.http.makeToken(actor, { name: 'r', scopes: ['read'], sourceId });
    if (made === 'unknown_source') throw new Error('There is no such source.');
    return made.token;
  };
  const book = async (id: string, from: number, until: number, more: object = {}): Promise<void> => {
    await line.book({ id, member: person(id), from, until, ...more });
    await line.run();
  };
  const cancel = async (id: string): Promise<void> => {
    await line.say(id, { kind: 'cancellation', version: null });
    await line.run();
  };

  beforeAll(async () => {
    line = await openBenchLine(await openTestLedger());
    server = await listen(createApp(line.latchkey.http), 0, '127.0.0.1');
    token = await tokenOf(null);
    await line.map('thames', THAMES.group);
    const kisiDoor = { integrationId: line.integrationId, type: 'group', kisiId: THAMES.group, name: 'Thames' };
    await line.ledger.prisma.kisiDoor.create({ data: { ...kisiDoor, readAt: new Date() } });
    await line.map('lobby', FRONT.group);
    await book('expired', 0, 3);
    await book('early', 0, 60);
    await book('kept-a', 0, 60, { member: person('kept'), resource: 'lobby' });
    await book('kept-b', 0, 4, { member: person('kept'), resource: 'lobby' });
    await book('later-a', 0, 60, { member: person('later'), resource: 'lobby' });
    await book('later-b', 300, 360, { member: person('later'), resource: 'lobby' });
    await book(FORMULA, 0, 60, { member: person('formula') });
    await book('reopened', 0, 3, { version: 1 });
    await book('no-door', 0, 60, { resource: 'unmapped' });
    await line.simulator.fault({ kind: 'status', status: 403, method: 'POST', path: '/role_assignments' });
    await book('never', 0, 60);
    await line.goTo(1);
    for (const id of ['early', 'kept-a', 'later-a', FORMULA, 'no-door', 'never']) await cancel(id);
    await line.simulator.clearFaults();
    await line.goTo(4);
    const head = await get('/v1/receipts/head');
    firstHead = head.body as typeof firstHead;
    await book('reopened', 0, 6, { version: 2 });
    await line.goTo(8);
    // The same person once more on the same door: what was deleted before is not its.
    await book('again', 300, 360, { member: person('early') });
    await line.goTo(9);
    await cancel('again');
    await line.goTo(10);
    await observeOne();
    await writeOffOne();
  });
  afterAll(async () => {
    await server.close();
    await line.stop();
  });

  const observeOne = async (): Promise<void> => {
    const integration = { where: { id: line.integrationId } };
    await line.ledger.prisma.integration.update({ ...integration, data: { mode: 'observe' } });
    await book('observed', 0, 11);
    await line.goTo(12);
    await line.ledger.prisma.integration.update({ ...integration, data: { mode: 'enforce' } });
  };
  const writeOffOne = async (): Promise<void> => {
    await book('written-off', 0, 600);
    await revokeKey(line.simulator.url, KEYS.integration);
    await cancel('written-off');
    await line.goTo(14);
    const order = { mode: 'write_off', reason: 'Ada Lovelace lost it', until: null } as const;
    const actor = { organizationId: line.organizationId, name: 'Olivia' };
    await line.latchkey.http.disconnectIntegration(actor, line.integrationId, order);
    await line.latchkey.relay.fanOut();
    await line.run();
  };
  const at = (minute: number): string => new Date(line.at(minute)).toISOString();

  describe('say how the access ended:', () => {
    it('by expiry: refused at the last instant, then deleted and read back, by which request', async () => {
      const receipt = await receiptOf('expired');
      expect(receipt).toMatchObject({
        entitlement: { kind: 'booking', source: 'default', id: 'expired' },
        ...{ memberId: 'expired', memberName: 'Person expired', timeZone: 'Europe/London', ending: 1 },
        ...{ reason: 'expired', dueAt: at(3), lateSeconds: 0, verified: true, limit: OFFLINE_LIMIT },
      });
      expect(receipt.doors).toEqual([
        {
          ...{ integrationId: line.integrationId, groupId: THAMES.group, lockId: null, name: 'Thames' },
          ...{ personId: expect.any(String), from: at(-15), until: at(3), result: 'removed', refusedAt: at(3) },
          ...{ deletedAt: expect.any(String), verifiedAbsentAt: expect.any(String), attempts: 1 },
          request: { intentId: expect.any(String), kind: 'access_revoked', deletion: 'done', readBack: 'gone' },
          ...{ keptFor: [], opensAgainAt: null, writtenOffBy: null, writeOffReason: null },
        },
      ]);
      const [door] = receipt.doors;
      const { intentId } = door?.['request'] as { intentId: string };
      const intent = await line.ledger.prisma.intent.findUniqueOrThrow({ where: { id: intentId } });
      expect(intent).toMatchObject({ change: 'revoke', groupId: THAMES.group, outcome: 'access_revoked' });
    });

    it('early: due when the news arrived, deleted before Kisi would have refused', async () => {
      const receipt = await receiptOf('early');
      expect(receipt).toMatchObject({ reason: 'cancelled', dueAt: at(1), lateSeconds: 0, verified: true });
      const asked = { kind: 'access_revoked', deletion: 'done', readBack: 'gone' };
      expect(receipt.doors).toMatchObject([{ result: 'removed', refusedAt: null, attempts: 1, request: asked }]);
    });

    it('kept, for which other booking, in both orders', async () => {
      const other = { kind: 'booking', source: 'default' };
      expect((await receiptOf('kept-a')).doors).toMatchObject([
        { result: 'kept', keptFor: [{ ...other, id: 'kept-b' }], deletedAt: null, refusedAt: null, request: null },
      ]);
      expect((await receiptOf('kept-b')).doors).toMatchObject([{ result: 'removed', refusedAt: at(4), keptFor: [] }]);
    });

    it('kept for one that comes later: Kisi refuses until then', async () => {
      expect((await receiptOf('later-a')).doors).toMatchObject([
        { result: 'kept', keptFor: [{ id: 'later-b' }], opensAgainAt: at(285) },
      ]);
    });

    it('never given: a door that Kisi refused to give, and none at all', async () => {
      const never = await receiptOf('never');
      expect(never).toMatchObject({ lateSeconds: null, verified: true });
      expect(never.doors).toMatchObject([{ result: 'never_given', deletedAt: null, attempts: 0, request: null }]);
      expect((await receiptOf('no-door')).doors).toEqual([]);
    });

    it('of this booking only: what the same person lost before is not counted again', async () => {
      expect((await receiptOf('again')).doors).toMatchObject([{ result: 'removed', attempts: 1, until: at(360) }]);
      const [early] = (await receiptOf('early')).doors;
      const [again] = (await receiptOf('again')).doors;
      expect(again?.['request']).not.toEqual(early?.['request']);
    });

    it('twice for a booking that came back and ended again', async () => {
      const both = await list('entitlementId=reopened');
      expect(both.map(({ ending, dueAt }) => [ending, dueAt])).toEqual([
        [2, at(6)],
        [1, at(3)],
      ]);
    });

    it('observed only', async () => {
      expect((await receiptOf('observed')).doors).toMatchObject([{ result: 'observed', request: null }]);
    });

    it('written off: not verified, by whom and why, and late nobody knows how much', async () => {
      const receipt = await receiptOf('written-off');
      expect(receipt).toMatchObject({ verified: false, lateSeconds: null });
      expect(receipt.doors).toMatchObject([
        {
          result: 'written_off',
          writtenOffBy: 'Olivia',
          writeOffReason: 'Ada Lovelace lost it',
          verifiedAbsentAt: null,
        },
      ]);
      expect(receipt.doors[0]?.['attempts']).toBeGreaterThan(0);
      expect(receipt.doors[0]?.['request']).toMatchObject({ deletion: 'refused' });
    });
  });

  it('are listed newest first, page by page, each once', async () => {
    const all = await list();
    expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => all.length - index));
    const paged: Receipt[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`/v1/receipts?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = body as { items: Receipt[]; nextCursor: string | null };
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    const [one] = all;
    expect((await get(`/v1/receipts/${one?.id}`)).body).toEqual(one);
    expect((await get('/v1/receipts/nothing')).status).toBe(404);
  });

  it('are filtered by everything that an auditor asks for', async () => {
    const all = await idsOf('');
    const front = ['kept-a', 'kept-b', 'later-a'];
    await line.ledger.prisma.receipt.updateMany({
      where: { entitlement: { externalId: 'early' } },
      data: { lateSeconds: 90 },
    });
    await line.ledger.prisma.lockGroup.create({
      data: {
        ...{ integrationId: line.integrationId, organizationId: line.organizationId },
        ...{ lockId: FRONT.lock, groupId: FRONT.group, status: 'ready' },
      },
    });
    const expected: Readonly<Record<string, readonly string[]>> = {
      'source=default&kind=booking': all,
      'source=other': [],
      'kind=pass': [],
      'memberId=kept': ['kept-a', 'kept-b'],
      [`groupId=${FRONT.group}&integrationId=${line.integrationId}`]: front,
      [`lockId=${FRONT.lock}`]: front,
      [`lockId=${THAMES.lock}`]: [],
      'integrationId=other': [],
      'reason=expired': ['expired', 'kept-b', 'observed', 'reopened', 'reopened'],
      'verified=false': ['written-off'],
      'verified=true': all.filter((id) => id !== 'written-off'),
      'lateSeconds=60': ['early'],
      [`dueFrom=${at(3)}&dueUntil=${at(4)}`]: ['expired', 'reopened'],
      [`createdUntil=${at(0)}`]: [],
      [`createdFrom=${at(11)}`]: ['observed', 'written-off'],
    };
    for (const [query, ids] of Object.entries(expected)) {
      expect([query, await idsOf(query)]).toEqual([query, [...ids].sort()]);
    }
    expect((await receiptOf('kept-a')).doors[0]).toMatchObject({ lockId: FRONT.lock });
  });

  it.each([
    ['kind=room', 'kind'],
    ['reason=none', 'reason'],
    ['groupId=x', 'groupId'],
    ['groupId=99999999999', 'groupId'],
    ['verified=maybe', 'verified'],
    ['lateSeconds=-1', 'lateSeconds'],
    ['dueFrom=2030-01-01', 'dueFrom'],
    ['format=xml', 'format'],
    ['cursor=%00', 'cursor'],
    ['colour=red', 'colour'],
  ])('name the field of a wrong filter: %s', async (query, field) => {
    const { status, body } = await get(`/v1/receipts?${query}`);
    expect([status, (body as { errors: { field: string }[] }).errors[0]?.field]).toEqual([422, field]);
  });

  it('are a file for a spreadsheet: to the end, by header or by parameter, ids only, without formulas', async () => {
    const all = await list();
    const byHeader = await get('/v1/receipts?limit=2').set('Accept', 'text/csv');
    const byName = await get('/v1/receipts?format=csv&limit=2');
    expect([byHeader.status, byHeader.headers['content-type']]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    expect(byHeader.text).toBe(byName.text);
    expect(byName.headers['content-disposition']).toBe('attachment; filename="receipts.csv"');
    const [header, ...rows] = parse(byName.text, { record_delimiter: '\r\n' });
    expect(header).toEqual(RECEIPT_CSV_COLUMNS);
    expect(rows).toHaveLength(all.reduce((sum, { doors }) => sum + Math.max(1, doors.length), 0));
    const cell = (id: string, column: string) =>
      rows.find((row) => row[RECEIPT_CSV_COLUMNS.indexOf('entitlement_id')] === id)?.[
        RECEIPT_CSV_COLUMNS.indexOf(column)
      ];
    expect(cell(`'${FORMULA}`, 'result')).toBe('removed');
    expect([cell('kept-a', 'kept_for'), cell('no-door', 'result')]).toEqual(['booking/default/kept-b', '']);
    for (const hidden of ['Person', '@example.com', 'Olivia', 'Lovelace']) expect(byName.text).not.toContain(hidden);
    const some = await get('/v1/receipts?format=csv&memberId=kept');
    expect(parse(some.text)).toHaveLength(3);
  });

  it('of one source are not seen with the token of another, and the log needs a token for all', async () => {
    await line.latchkey.http.catalogue.saveSource(
      { organizationId: line.organizationId, name: 't' },
      { id: 'other', name: 'o' },
    );
    const [own, other] = [await tokenOf('default'), await tokenOf('other')];
    const { id } = await receiptOf('expired');
    expect([(await get(`/v1/receipts/${id}`, own)).status, (await get(`/v1/receipts/${id}`, other)).status]).toEqual([
      200, 404,
    ]);
    expect((await get('/v1/receipts?source=default', other)).body).toMatchObject({ items: [] });
    expect((await get('/v1/receipts?format=csv', other)).text.trim().split('\r\n')).toHaveLength(1);
    for (const path of ['/v1/receipts/log', '/v1/receipts/head']) expect((await get(path, own)).status).toBe(403);
  });

  describe('npm run verify-receipts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'receipts-'));
    const verify = (...args: string[]): Promise<{ code: number; out: string }> =>
      new Promise((resolve) => {
        const program = join(__dirname, '..', '..', 'dist', 'verify-receipts.cjs');
        execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr }),
        );
      });
    const fileOf = (text: string): string => {
      const file = join(folder, `${Math.random().toString(36).slice(2)}.jsonl`);
      writeFileSync(file, text);
      return file;
    };
    const readLog = async (): Promise<string> => {
      const answer = await fetch(`${url()}/v1/receipts/log`, { headers: { Authorization: `Bearer ${token}` } });
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      return answer.text();
    };
    const headText = ({ number, hash }: typeof firstHead): string => `${number}:${hash}`;

    it('finds the log of the service whole, prints its head, and knows the head of before', async () => {
      const { body: head } = await get('/v1/receipts/head');
      expect(firstHead.number).toBeGreaterThan(3);
      const found = await verify('--url', url(), '--token', token, '--head', headText(firstHead));
      expect(found).toEqual({
        code: 0,
        out: `${(head as typeof firstHead).number} receipts, whole\nhead ${headText(head as typeof firstHead)}\n`,
      });
    });

    it('finds a file broken, and says where', async () => {
      const log = await readLog();
      expect((await verify('--file', fileOf(log))).code).toBe(0);
      const changed = await verify('--file', fileOf(log.replace('"cancelled"', '"expired"')));
      expect([changed.code, changed.out]).toEqual([1, expect.stringContaining('content_changed')]);
      const first = log.split('\n').findIndex((one) => one.includes('"cancelled"')) + 1;
      expect(changed.out).toContain(`line ${first}: content_changed`);
      const cut = log
        .split('\n')
        .slice(0, firstHead.number - 1)
        .join('\n');
      expect((await verify('--file', fileOf(cut), '--head', headText(firstHead))).out).toContain('the end: cut_off');
    });

    it('holds nothing of people, and stays whole when their names and words are erased', async () => {
      const log = await readLog();
      for (const hidden of ['Person', '@example.com', 'Olivia', 'Lovelace']) expect(log).not.toContain(hidden);
      const { prisma } = line.ledger;
      await prisma.member.updateMany({ data: { name: '', email: '' } });
      await prisma.person.updateMany({ where: { email: 'early@example.com' }, data: { email: 'erased', name: '' } });
      await prisma.$executeRaw`UPDATE "Receipt" SET "doors" = (SELECT coalesce(jsonb_agg(d - 'reason' - 'writtenOffBy'), '[]')
        FROM jsonb_array_elements("doors") d)`;
      expect(await readLog()).toBe(log);
      expect((await verify('--url', url(), '--token', token)).code).toBe(0);
      expect((await receiptOf('early'))['memberName']).toBeFalsy();
    });

    it('says how it is used, and is not content when it could read nothing', async () => {
      expect(await verify('--help')).toEqual({ code: 0, out: expect.stringContaining('--head NUMBER:HASH') });
      const failures = await Promise.all([
        verify(),
        verify('--file', join(folder, 'missing')),
        verify('--file', fileOf(''), '--head', 'x'),
        verify('--url', url(), '--token', 'wrong'),
        verify('--url', 'http://127.0.0.1:1', '--token', token),
        verify('--colour', 'red'),
      ]);
      expect(failures.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
      expect(failures.map(({ out }) => out.trim()).filter((out) => out === '')).toEqual([]);
    });
  });
});
