import { startSimulator, type RunningSimulator } from '../../src/kisi-simulator/start';
import { createSimulatorControl, type SimulatorControl } from '../support/simulator-control';

/** Kisi API, floors: a list of one place; locks carry the id only. */
describe('floors of the simulated Kisi', () => {
  let simulator: RunningSimulator;
  let control: SimulatorControl;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    control = createSimulatorControl(simulator.url);
    await control.switches({ requestsPerSecond: 0 });
  });
  afterAll(() => simulator.close());

  it('are listed by place, which is required', async () => {
    expect(await control.byHand('GET', '/floors?place_id=2001')).toMatchObject([
      { id: 2101, resource_type: 'Floor', name: 'Ground floor', number: 0, place_id: 2001 },
      { id: 2102 },
    ]);
    expect(await control.byHand('GET', '/floors?place_id=2001&query=first')).toMatchObject([{ id: 2102 }]);
    await expect(control.byHand('GET', '/floors')).rejects.toThrow(/400/);
  });

  it('are read one by one', async () => {
    expect(await control.byHand('GET', '/floors/2103')).toMatchObject({ name: 'Erdgeschoss' });
    await expect(control.byHand('GET', '/floors/1')).rejects.toThrow(/404/);
  });

  it('narrow a list of locks, which name their floor by its id', async () => {
    const locks = await control.byHand('GET', '/locks?floor_id=2102');
    expect(locks).toMatchObject([
      { id: 3002, floor_id: 2102 },
      { id: 3003, floor_id: 2102 },
    ]);
    expect(await control.byHand('GET', '/locks/3005')).toMatchObject({ floor_id: null });
  });

  it('must be floors of the place of the lock in a seed', async () => {
    const seed = {
      organization: { id: 1, name: 'A', domain: 'a' },
      places: [
        { id: 1, name: 'P' },
        { id: 2, name: 'Q' },
      ],
      floors: [{ id: 1, name: 'F', placeId: 2 }],
      locks: [{ id: 1, name: 'L', placeId: 1, floorId: 1 }],
      groups: [],
      users: [],
      apiKeys: [],
    };
    const answer = await fetch(`${simulator.url}/_simulator/seed`, { method: 'POST', body: JSON.stringify(seed) });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("is no floor of the lock's place");
  });
});
