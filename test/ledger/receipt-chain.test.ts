import { newId } from '../../src/ledger/ids';
import { openLedger, type OpenLedger } from '../../src/ledger/open';
import { chainOldReceipts } from '../../src/ledger/receipt-chaining';
import { createReceipts } from '../../src/ledger/receipt-reads';
import { writeReceipt } from '../../src/ledger/receipts';
import { createLogVerifier, type LogVerdict } from '../../src/usecases/receipt-chain';
import { createTestDatabase } from '../support/databases';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const WRITERS = 120;

/** Two processes on Postgres, and the one process that PGlite has. */
const DATABASES: readonly (readonly [string, () => Promise<readonly OpenLedger[]>])[] = [
  [
    'Postgres',
    async () => {
      const databaseUrl = await createTestDatabase();
      return [await openLedger({ databaseUrl }), await openLedger({ databaseUrl })];
    },
  ],
  ['PGlite', async () => [await openLedger({ dataDir: 'memory' })]],
];

describe.each(DATABASES)('the chain of receipts on %s', (_name, open) => {
  let ledgers: readonly OpenLedger[];
  let ledger: OpenLedger;

  beforeAll(async () => {
    ledgers = await open();
    const [first] = ledgers;
    if (first === undefined) throw new Error('no ledger');
    ledger = first;
    await ledger.prisma.organization.createMany({ data: ['one', 'two', 'old'].map((id) => ({ id, name: id })) });
  });
  afterAll(() => Promise.all(ledgers.map((one) => one.close())));

  const enter = async (organizationId: string): Promise<string> => {
    const id = newId();
    const key = { organizationId, sourceId: 'default', kind: 'booking', externalId: id };
    await ledger.prisma.entitlement.create({ data: { id, ...key, facts: {}, state: 'revoking' } });
    return id;
  };
  /** As a look does: the entitlement's row is locked first, the receipt comes last. */
  const end = (on: OpenLedger, organizationId: string, entitlementId: string, crashes = false): Promise<string> =>
    on.inTransaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Entitlement" WHERE "id" = ${entitlementId} FOR UPDATE`;
      const receipt = { reason: 'expired', dueAt: NOW, dueBySeq: null, doors: [] } as const;
      const id = await writeReceipt(tx, {
        ...{ organizationId, entitlementId, receipt },
        ...{ ending: 1, until: NOW, now: NOW + 1_500 },
      });
      if (crashes) throw new Error('crash');
      return id;
    });
  const verify = async (organizationId: string): Promise<LogVerdict> => {
    const receipts = createReceipts(ledger);
    const verifier = createLogVerifier([await receipts.head(organizationId)]);
    for (const line of await receipts.log(organizationId, 0, 10_000)) verifier.take(JSON.stringify(line));
    return verifier.end();
  };

  it('stays one chain for each organization with many writers at once, some of whom crash', async () => {
    const entitlements = await Promise.all(
      Array.from({ length: WRITERS }, async (_, index) => {
        const organizationId = index % 3 === 0 ? 'two' : 'one';
        return { organizationId, id: await enter(organizationId), crashes: index % 10 === 9 };
      }),
    );
    const results = await Promise.allSettled(
      entitlements.map(({ organizationId, id, crashes }, index) =>
        end(ledgers[index % ledgers.length] ?? ledger, organizationId, id, crashes),
      ),
    );
    const failures = results.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(new Set(failures)).toEqual(new Set(['Error: crash']));
    expect(failures).toHaveLength(WRITERS / 10);
    for (const organizationId of ['one', 'two']) {
      const ended = entitlements.filter((one) => one.organizationId === organizationId && !one.crashes).length;
      expect(await verify(organizationId)).toMatchObject({ receipts: ended, broken: [], head: { number: ended } });
    }
  });

  it('takes in the receipts of an earlier version once, whoever starts and writes at the same time', async () => {
    const old = await Promise.all(Array.from({ length: 30 }, () => enter('old')));
    await ledger.prisma.receipt.createMany({
      data: old.map((entitlementId, index) => ({
        ...{ id: newId(), organizationId: 'old', entitlementId, ending: 1, reason: 'cancelled' },
        dueAt: new Date(NOW + index),
        createdAt: new Date(NOW + index * 1_000),
        doors: [{ claimId: 'c', personId: 'p', integrationId: 'i', groupId: 1, windowFrom: '', windowUntil: null }],
      })),
    });
    const fresh = await Promise.all(Array.from({ length: 10 }, () => enter('old')));
    await Promise.all([
      ...ledgers.map(chainOldReceipts),
      ...fresh.map((id, index) => end(ledgers[index % ledgers.length] ?? ledger, 'old', id)),
    ]);
    await chainOldReceipts(ledger);
    expect(await verify('old')).toMatchObject({ receipts: 40, broken: [], head: { number: 40 } });
    const rows = await ledger.prisma.receipt.findMany({
      where: { organizationId: 'old', reason: 'cancelled' },
      orderBy: { number: 'asc' },
    });
    const written = rows.map((row) => row.createdAt.getTime());
    expect(written).toEqual([...written].sort((a, b) => a - b));
  });

  it.each([
    [
      'a door',
      `UPDATE "Receipt" SET "doors" = '[{"groupId":2}]' WHERE "number" = 7 AND "organizationId" = 'one'`,
      'content_changed',
      7,
    ],
    [
      'a reason',
      `UPDATE "Receipt" SET "reason" = 'refunded' WHERE "number" = 7 AND "organizationId" = 'one'`,
      'content_changed',
      7,
    ],
    [
      'an instant',
      `UPDATE "Receipt" SET "dueAt" = "dueAt" + interval '1 millisecond' WHERE "number" = 7 AND "organizationId" = 'one'`,
      'content_changed',
      7,
    ],
    [
      'whose it is',
      `UPDATE "Entitlement" SET "externalId" = 'x' WHERE "id" = (SELECT "entitlementId" FROM "Receipt" WHERE "number" = 7 AND "organizationId" = 'one')`,
      'content_changed',
      7,
    ],
    [
      'a hash',
      `UPDATE "Receipt" SET "hash" = repeat('a', 64) WHERE "number" = 7 AND "organizationId" = 'one'`,
      'hash_changed',
      7,
    ],
    ['that there was one', `DELETE FROM "Receipt" WHERE "number" = 7 AND "organizationId" = 'one'`, 'gap', 7],
    [
      'that there was a newest one',
      `DELETE FROM "Receipt" WHERE "number" = (SELECT max("number") FROM "Receipt" WHERE "organizationId" = 'one') AND "organizationId" = 'one'`,
      'cut_off',
      0,
    ],
  ] as const)('shows it when somebody changes %s in the database', async (_what, statement, fault, line) => {
    const undo = new Error('undo');
    let seen: LogVerdict | null = null;
    const change = ledger.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe(statement);
      const receipts = createReceipts({ ...ledger, prisma: tx as OpenLedger['prisma'] });
      const verifier = createLogVerifier([await receipts.head('one')]);
      for (const one of await receipts.log('one', 0, 10_000)) verifier.take(JSON.stringify(one));
      seen = verifier.end();
      throw undo;
    });
    await expect(change).rejects.toBe(undo);
    expect(seen).toMatchObject({ broken: expect.arrayContaining([expect.objectContaining({ fault, line })]) });
    expect((await verify('one')).broken).toEqual([]);
  });
});
