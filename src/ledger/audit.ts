import type { Actor } from '../usecases/catalogue';
import { newId } from './ids';
import type { LedgerTx } from './open';

/** Notes in the audit log who changed what by hand; ids only. */
export async function audit(tx: LedgerTx, actor: Actor, action: string, subject: string): Promise<void> {
  await tx.auditEntry.create({
    data: { id: newId(), organizationId: actor.organizationId, at: new Date(), actor: actor.name, action, subject },
  });
}

/** A change that concerns many: the relay marks those concerned dirty, page by page. */
export async function addFanOut(
  tx: LedgerTx,
  organizationId: string,
  fanOut: {
    readonly kind: 'resource' | 'member' | 'team' | 'organization' | 'integration' | 'integration_recovered';
    readonly subjectSource?: string;
    readonly subjectId: string;
  },
): Promise<void> {
  await tx.fanOut.create({ data: { id: newId(), organizationId, ...fanOut } });
}

/** Cuts one page out of rows of which one more than the page holds was read. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  present: (row: Row) => T,
): { readonly items: readonly T[]; readonly nextAfter: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(present), nextAfter: rows.length > limit && last !== undefined ? idOf(last) : null };
}
