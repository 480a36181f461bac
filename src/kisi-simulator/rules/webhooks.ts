import { createHmac } from 'node:crypto';
import { organizationIdOf } from '../http/present';
import type { Simulator } from '../simulator';
import type { EventRow, IntegrationRow } from '../store/rows';
import { emit } from './events';

/** How an event reads on the wire. Kisi API, event webhooks. */
export function presentEvent(event: EventRow, organizationId: number | null) {
  return {
    uuid: event.uuid,
    organization_id: organizationId,
    type: event.type,
    actor_type: event.actorType,
    actor_id: event.actorId,
    actor_name: event.actorName,
    actor_email: event.actorEmail,
    action: event.type.split('.')[1] ?? event.type,
    authenticated_by_type: event.authenticatedByType,
    authenticated_by_id: event.authenticatedById,
    object_type: event.objectType,
    object_id: event.objectId,
    object_name: event.objectName,
    place_id: event.placeId,
    success: event.success,
    error_code: event.errorCode,
    error_message: event.errorMessage,
    created_at: new Date(event.createdAt).toISOString(),
  };
}

/**
 * Delivers events to the webhooks that were set up, signed, after the request that caused them was committed.
 *
 * What goes wrong on purpose (twice, never, late, in another order) is a switch each.
 */
export class Webhooks {
  private waiting: EventRow[] = [];
  private held: EventRow | null = null;
  private readonly timers = new Set<NodeJS.Timeout>();
  private simulator: Simulator | null = null;

  constructor(private readonly random: () => number = Math.random) {}

  attach(simulator: Simulator): void {
    this.simulator = simulator;
  }

  enqueue(event: EventRow): void {
    if (this.simulator !== null && this.simulator.store.integrations.size > 0) this.waiting.push(event);
  }

  /** Sends what the finished request caused. */
  release(): void {
    const events = this.waiting;
    this.waiting = [];
    for (const event of this.reorder(events)) this.send(event);
  }

  clear(): void {
    this.waiting = [];
    this.held = null;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  close(): void {
    this.clear();
    this.simulator = null;
  }

  private reorder(events: readonly EventRow[]): readonly EventRow[] {
    if (this.simulator?.switches.values.webhook_reorder !== 'on') return events;
    const sent: EventRow[] = [];
    for (const event of events) {
      if (this.held === null) this.held = event;
      else {
        sent.push(event, this.held);
        this.held = null;
      }
    }
    return sent;
  }

  private send(event: EventRow): void {
    const { simulator } = this;
    if (simulator === null) return;
    const values = simulator.switches.values;
    for (const integration of simulator.store.integrations.all()) {
      const isWanted = integration.enabledEvents.length === 0 || integration.enabledEvents.includes(event.type);
      if (!integration.enabled || !isWanted) continue;
      if (this.random() * 100 < values.webhook_drop_percent) continue;
      for (let copy = 0; copy <= values.webhook_duplicates; copy += 1) {
        this.later(values.webhook_delay_ms, () => this.attempt(integration.id, event, 1));
      }
    }
  }

  private later(delayMs: number, act: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void act();
    }, delayMs);
    this.timers.add(timer);
  }

  private async attempt(integrationId: number, event: EventRow, attempt: number): Promise<void> {
    const integration = this.simulator?.store.integrations.get(integrationId);
    if (this.simulator === null || integration === undefined || !integration.enabled) return;
    const { webhook_attempts: attempts, webhook_retry_delay_ms: retryMs } = this.simulator.switches.values;
    if (attempt > attempts) return this.giveUp(integration);
    if (await this.post(integration, event)) return this.note({ ...integration, failures: 0 });
    this.later(retryMs, () => this.attempt(integrationId, event, attempt + 1));
  }

  private async post(integration: IntegrationRow, event: EventRow): Promise<boolean> {
    const body = JSON.stringify(presentEvent(event, this.organizationId()));
    const encoding = this.simulator?.switches.values.webhook_signature ?? 'hex';
    const signature =
      integration.signatureKey === null
        ? {}
        : { 'X-Signature': `sha256=${createHmac('sha256', integration.signatureKey).update(body).digest(encoding)}` };
    try {
      const response = await fetch(integration.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...signature },
        body,
        signal: AbortSignal.timeout(5_000),
      });
      return response.ok;
    } catch {
      return false;
    }
  }

  private giveUp(integration: IntegrationRow): void {
    const failures = integration.failures + 1;
    const most = this.simulator?.switches.values.webhook_disable_after ?? 0;
    const isDisabled = most > 0 && failures >= most;
    const now = this.simulator?.clock.now() ?? 0;
    this.note({ ...integration, failures, ...(isDisabled ? { enabled: false, disabledDueToErrorAt: now } : {}) });
    if (!isDisabled || this.simulator === null) return;
    const object = { type: 'Integration', id: integration.id, name: integration.name };
    emit(this.simulator, { kind: 'nobody' }, 'integration.disable_due_to_error', object);
    this.simulator.store.commit();
    this.release();
  }

  private organizationId(): number | null {
    return this.simulator === null ? null : organizationIdOf(this.simulator.store);
  }

  private note(row: IntegrationRow): void {
    const store = this.simulator?.store;
    if (store === undefined || store.integrations.get(row.id) === undefined) return;
    store.integrations.put(row);
    store.commit();
  }
}
