import type { Express } from 'express';
import request from 'supertest';
import { apiRoutes, createApp } from '../../src/http/app';
import { createOpenApi } from '../../src/http/openapi';
import { examplesOf, type Schema } from '../support/schema-examples';
import { ALPHA_API_KEY, SECRET, startTenants, type Tenant, type Tenants } from '../support/tenants';
import { THAMES } from '../support/world';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
type Method = (typeof METHODS)[number];

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document = createOpenApi(apiRoutes) as Document;
const operations = METHODS.flatMap((method) =>
  Object.entries(document.paths).flatMap(([path, item]) => {
    const operation = item[method];
    return operation === undefined ? [] : [[method, path, operation] as const];
  }),
);

jest.setTimeout(180_000);

/** The whole API as it describes itself: a route that is added later is tried too. */
describe('what one organization can see and do of another', () => {
  let tenants: Tenants;
  let app: Express;
  let before: readonly string[];
  let requestsBefore: number;
  /** Ids that only our own database gave to rows of alpha, so nobody else can have said them. */
  let innerIds: readonly string[];

  beforeAll(async () => {
    tenants = await startTenants();
    app = createApp(tenants.world.latchkey.http);
    before = await tenants.rowsOf(tenants.alpha);
    requestsBefore = (await tenants.world.simulator.requests()).length;
    innerIds = await readInnerIds(tenants, alphaIds(tenants.alpha));
  });
  afterAll(() => tenants.stop());

  const send = async (method: Method, path: string, body: unknown): Promise<request.Response> => {
    const answer = await request(app)
      [method](path)
      .set('Authorization', `Bearer ${tenants.bravo.token}`)
      .send(body as object | undefined);
    const said = `${answer.text ?? ''} ${JSON.stringify(answer.headers)}`;
    const call = `${method} ${path} ${JSON.stringify(body)} -> ${answer.status}`;
    const leaked = [SECRET, SECRET.toLowerCase(), ...innerIds].filter((one) => said.includes(one));
    expect([call, leaked]).toEqual([call, []]);
    // 502: a Kisi that does not answer; whatever else fails on our side is a fault.
    expect([call, answer.status < 500 || answer.status === 502]).toEqual([call, true]);
    return answer;
  };

  it('has a look at organizations with one of everything', () => {
    const rows = before.map((row) => row.split(' ')[0]);
    for (const table of [
      'Booking',
      'Claim',
      'Assignment',
      'Member',
      'Plan',
      'PassType',
      'KisiDoor',
      'Receipt',
      'ReceiptChain',
    ]) {
      expect(rows).toContain(table === 'Booking' ? 'Entitlement' : table);
    }
    expect(before.join()).toContain(SECRET);
    expect(operations.length).toBeGreaterThanOrEqual(apiRoutes.length);
  });

  it.each(operations.filter(([method]) => method === 'get'))(
    'shows nothing: %s %s',
    async (method, path, operation) => {
      for (const filled of fillPath(path, tenants)) {
        const answer = await send(method, filled, undefined);
        const { items } = answer.body as { items?: unknown[] };
        if (path.includes('{')) expect([filled, answer.status >= 400 || items?.length === 0]).toEqual([filled, true]);
        for (const query of queriesOf(operation, tenants)) await send(method, `${filled}?${query}`, undefined);
      }
      expect(await tenants.rowsOf(tenants.alpha)).toEqual(before);
    },
  );

  it.each(operations.filter(([method]) => method !== 'get'))(
    'changes nothing: %s %s',
    async (method, path, operation) => {
      const [firstBody, ...bodies] = bodiesOf(operation, tenants);
      const paths = fillPath(path, tenants);
      for (const filled of paths) await send(method, filled, firstBody);
      const [first = path] = paths;
      for (const body of bodies) await send(method, first, body);
      for (const query of queriesOf(operation, tenants)) await send(method, `${first}?${query}`, firstBody);
      expect(await tenants.rowsOf(tenants.alpha)).toEqual(before);
    },
  );

  it("leaves the other organization's Kisi alone", async () => {
    await tenants.world.latchkey.drain();
    expect((await tenants.world.simulator.requests()).length).toBe(requestsBefore);
  });
});

const alphaIds = (alpha: Tenant): string[] => [
  alpha.bookingId,
  alpha.locationId,
  alpha.resourceId,
  alpha.planId,
  alpha.passTypeId,
  alpha.memberId,
  alpha.mappingId,
  alpha.integrationId,
  alpha.sourceId,
  alpha.tokenId,
  ...alpha.receiptIds,
  alpha.organizationId,
];

/** Every way to put ids of alpha into a path. */
function fillPath(path: string, { alpha }: Tenants): string[] {
  const [name] = /(?<=\{)\w+(?=\})/.exec(path) ?? [];
  if (name === undefined) return [path];
  return pathValues(name, path, alpha).flatMap((value) =>
    fillPath(path.replace(`{${name}}`, encodeURIComponent(value)), { alpha } as Tenants),
  );
}

function pathValues(name: string, path: string, alpha: Tenant): readonly string[] {
  switch (name) {
    case 'id':
      return alphaIds(alpha);
    case 'lockId':
    case 'groupId':
    case 'kisiId':
      return [String(THAMES.lock), String(THAMES.group)];
    case 'type':
      return ['lock', 'group'];
    default:
      throw new Error(`Say in this test which {${name}} of another organization to try in ${path}.`);
  }
}

function queriesOf({ parameters = [] }: Operation, { alpha }: Tenants): string[] {
  return parameters
    .filter((one) => one.in === 'query')
    .flatMap(({ name }) => {
      const cursors = alphaIds(alpha).flatMap((id) => [id, JSON.stringify(['default', id])]);
      const values =
        name === 'cursor'
          ? cursors.map((one) => Buffer.from(one).toString('base64url'))
          : [...alphaIds(alpha), SECRET.slice(1)];
      return name === 'limit'
        ? ['limit=200']
        : values.map((value) => new URLSearchParams({ [name]: value }).toString());
    });
}

/** Bodies that are as bravo would send them, but for one field that names something of alpha. */
function bodiesOf({ requestBody }: Operation, { alpha, bravo, world, bravoKisi }: Tenants): unknown[] {
  if (requestBody === undefined) return [undefined];
  const either = (key: Exclude<keyof Tenant, 'receiptIds'>): string[] => [bravo[key], alpha[key]];
  const csv = (own: Tenant) =>
    [
      'id,subject_type,source,subject_id,integration_id,target_type,target_id,name,lead_minutes,grace_minutes,enabled',
      `${own.mappingId},resource,default,${own.resourceId},${own.integrationId},group,${THAMES.group},Bravo,,,true`,
    ].join('\n');
  const hints: Readonly<Record<string, readonly unknown[]>> = {
    id: [bravo.resourceId, ...alphaIds(alpha)],
    integrationId: either('integrationId'),
    locationId: either('locationId'),
    locationIds: either('locationId'),
    newResourcesLocationId: either('locationId'),
    resourceId: either('resourceId'),
    planId: either('planId'),
    passTypeId: either('passTypeId'),
    memberId: either('memberId'),
    source: ['default', alpha.sourceId],
    sourceId: either('sourceId'),
    apiKey: ['wrong-key', ALPHA_API_KEY],
    baseUrl: [bravoKisi.url, world.simulator.url],
    csv: [csv(bravo), csv(alpha)],
  };
  const numbers: Readonly<Record<string, readonly unknown[]>> = { id: [THAMES.group, THAMES.lock] };
  return examplesOf(requestBody.content['application/json'].schema, {
    schemas: document.components.schemas,
    hint: (name, type) => (type === 'number' ? (numbers[name] ?? null) : (hints[name] ?? null)),
  });
}

async function readInnerIds({ rowsOf, alpha }: Tenants, said: readonly string[]): Promise<string[]> {
  const ids = (await rowsOf(alpha)).join().match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
  return [...new Set(ids)].filter((id) => !said.includes(id));
}
