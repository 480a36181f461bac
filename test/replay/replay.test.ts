import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/temporal/workflow-bundle';
import { KEYS } from '../support/kisi-keys';
import { recordedHistories, type RecordedHistory } from './histories';
import { DISCONNECT_SHAPES, DOORS_SHAPES, SHAPES } from './shapes';

/** Bookings run for months: today's code must go on with what older code began. */
describe('recorded histories', () => {
  const histories = recordedHistories();

  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
  });

  const replay = (json: RecordedHistory['json']): Promise<void> =>
    Worker.runReplayHistory({ workflowBundle: workflowBundle() }, historyFromJSON(json));

  it('exist for every workflow and shape', () => {
    const names = histories.map((one) => one.name);
    const wanted = [
      ...SHAPES.flatMap(({ name }) => [`booking-${name}.json`, `member-${name}.json`]),
      ...DOORS_SHAPES.map(({ name }) => `doors-${name}.json`),
      ...DISCONNECT_SHAPES.map(({ name }) => `disconnect-${name}.json`),
    ];
    expect(names).toEqual(expect.arrayContaining(wanted));
  });

  it.each(histories.map((one) => [one.name, one.json] as const))('%s is replayed by today’s code', async (_, json) => {
    await replay(json);
  });

  it.each(histories.map((one) => [one.name, one.json] as const))('%s survives a round trip through JSON', (_, json) => {
    expect(JSON.parse(historyToJSON(historyFromJSON(json)))).toEqual(json);
  });

  it('hold no e-mail address and no key', () => {
    const keys = Object.values(KEYS);
    for (const { json } of histories) {
      const payloads = JSON.stringify(json).match(/"data":"[^"]*"/g) ?? [];
      const texts = payloads.map((one) => Buffer.from(one.slice(8, -1), 'base64').toString());
      expect(texts.filter((text) => text.includes('@') || keys.some((key) => text.includes(key)))).toEqual([]);
    }
  });

  it('are not replayed when a step was swapped for another', async () => {
    const original = histories.find((one) => one.name === 'member-paid-ahead.json');
    const text = JSON.stringify(original?.json).replaceAll('"inviteMember"', '"revokeAccess"');
    await expect(replay(JSON.parse(text) as RecordedHistory['json'])).rejects.toThrow(/[Nn]ondeterminism|determinism/);
  });
});
