import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { bookingAccessId, doorsId, integrationDisconnectId, memberAccessId } from '../../workflows/ids';
import { FRONT, startWorld, THAMES, type World } from '../support/world';
import { HISTORIES } from './histories';
import { DISCONNECT_SHAPES, DOORS_SHAPES, SHAPES } from './shapes';

/**
 * Records the histories that the replay tests replay: `npm run histories:record`. What is recorded is never written again:
 * a new shape of a workflow is a new file beside the old ones.
 */
describe('recording histories', () => {
  let world: World;

  beforeAll(async () => {
    mkdirSync(HISTORIES, { recursive: true });
    world = await startWorld();
    await world.map('thames', THAMES.group);
    await world.map('lobby', FRONT.group);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.stop());

  const save = async (name: string, workflowId: string): Promise<void> => {
    const history = await world.env.client.workflow.getHandle(workflowId).fetchHistory();
    writeFileSync(join(HISTORIES, name), `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
  };

  for (const shape of SHAPES) {
    const names = { booking: `booking-${shape.name}.json`, member: `member-${shape.name}.json` };
    const isKnown = Object.values(names).every((name) => existsSync(join(HISTORIES, name)));
    if (isKnown) continue;
    it(`records ${shape.name}`, async () => {
      const bookingId = await shape.live(world);
      const { organizationId, integrationId } = world;
      const { state, doors } = await world.booking(bookingId);
      expect(state).toBe('ended');
      await save(names.booking, bookingAccessId({ organizationId, sourceId: 'default', bookingId }));
      const personId = doors[0]?.personId ?? '';
      await save(names.member, memberAccessId({ organizationId, integrationId, personId }));
    });
  }

  it('has a file for each shape', () => {
    expect(SHAPES.filter(({ name }) => !existsSync(join(HISTORIES, `booking-${name}.json`)))).toEqual([]);
  });
});

const SITES = [
  { workflow: 'doors', shapes: DOORS_SHAPES, idOf: doorsId, attendsDoors: true },
  { workflow: 'disconnect', shapes: DISCONNECT_SHAPES, idOf: integrationDisconnectId, attendsDoors: false },
] as const;

describe.each(SITES)('recording histories of $workflow', ({ workflow, shapes, idOf, attendsDoors }) => {
  for (const shape of shapes) {
    const file = join(HISTORIES, `${workflow}-${shape.name}.json`);
    if (existsSync(file)) continue;
    it(`records ${shape.name}`, async () => {
      const world = await startWorld({ attendsDoors });
      try {
        await world.begin();
        await shape.live(world);
        const handle = world.env.client.workflow.getHandle(idOf(world));
        expect((await handle.describe()).status.name).toBe('COMPLETED');
        const history = await handle.fetchHistory();
        writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
      } finally {
        await world.stop();
      }
    });
  }

  it('has a file for each shape', () => {
    expect(shapes.filter(({ name }) => !existsSync(join(HISTORIES, `${workflow}-${name}.json`)))).toEqual([]);
  });
});
