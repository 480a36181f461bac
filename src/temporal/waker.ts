import type { Client } from '@temporalio/client';
import {
  doorsId,
  entitlementWorkflow,
  integrationDisconnectId,
  memberAccessId,
  type EntitlementWorkflow,
} from '../../workflows/ids';
import { lookAgain } from '../../workflows/messages';
import type { IntegrationKey, PersonKey, Waker } from '../usecases/ports';

export interface WakerOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly onLost: (workflowId: string, error: unknown) => void;
  readonly deadlineMs?: number;
}

export interface TemporalWaker extends Waker {
  /** Resolves when every wake-up that was asked for is sent or given up. */
  drain(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const AT_ONCE = 32;
/** More than this waiting means that Temporal is away: the relay finds the rest in the ledger. */
const MOST_WAITING = 20_000;

interface WakeUp {
  readonly workflowId: string;
  readonly workflowType: EntitlementWorkflow['type'] | 'memberAccess' | 'integrationDisconnect' | 'doors';
  readonly input: EntitlementWorkflow['input'] | PersonKey | IntegrationKey;
}

/**
 * Wakes workflows by signal-with-start, in the background: it never throws and never makes a caller wait. Of several
 * wake-ups of one workflow that still wait, one is sent. What is lost is reported, and found again by the relay.
 */
export function createTemporalWaker(options: WakerOptions): TemporalWaker {
  const waiting = new Map<string, WakeUp>();
  const active = new Set<Promise<void>>();

  const send = async (wakeUp: WakeUp): Promise<void> => {
    const { client, taskQueue, deadlineMs = DEFAULT_DEADLINE_MS } = options;
    try {
      await client.withDeadline(Date.now() + deadlineMs, () =>
        client.workflow.signalWithStart(wakeUp.workflowType, {
          workflowId: wakeUp.workflowId,
          taskQueue,
          args: [wakeUp.input],
          signal: lookAgain,
        }),
      );
    } catch (error) {
      options.onLost(wakeUp.workflowId, error);
    }
  };
  const pump = (): void => {
    while (active.size < AT_ONCE) {
      const [next] = waiting.values();
      if (!next) return;
      waiting.delete(next.workflowId);
      const sending: Promise<void> = send(next).finally(() => {
        active.delete(sending);
        pump();
      });
      active.add(sending);
    }
  };
  const add = (wakeUp: WakeUp): void => {
    if (waiting.size < MOST_WAITING) waiting.set(wakeUp.workflowId, wakeUp);
  };
  return {
    wakeEntitlements(keys) {
      for (const key of keys) {
        const { workflowId, type, input } = entitlementWorkflow(key);
        add({ workflowId, workflowType: type, input });
      }
      pump();
    },
    wakePersons(keys) {
      for (const { organizationId, integrationId, personId } of keys) {
        const input = { organizationId, integrationId, personId };
        add({ workflowId: memberAccessId(input), workflowType: 'memberAccess', input });
      }
      pump();
    },
    wakeIntegrations(wakes) {
      for (const { organizationId, integrationId, attention } of wakes) {
        const input = { organizationId, integrationId };
        switch (attention) {
          case 'disconnect':
            add({ workflowId: integrationDisconnectId(input), workflowType: 'integrationDisconnect', input });
            break;
          case 'doors':
            add({ workflowId: doorsId(input), workflowType: 'doors', input });
        }
      }
      pump();
    },
    async drain() {
      while (active.size > 0 || waiting.size > 0) await Promise.race([...active]);
    },
  };
}
