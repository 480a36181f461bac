import type { EntitlementLook } from '../activities';
import type { EntitlementSnapshot } from './messages';

/** The last look as a query answers it. */
export function toSnapshot(look: EntitlementLook): EntitlementSnapshot {
  return { state: look.state, problems: look.problems, lookAgainAt: toIsoOrNull(look.lookAgainAt) };
}

/** The last look as Markdown for the Temporal Web UI. Codes and times only. */
export function toDetails(look: EntitlementLook): string {
  const problems = look.problems.length === 0 ? 'none' : look.problems.join(', ');
  return [
    `**State:** ${look.state}`,
    `**Window (UTC):** ${toIsoOrNull(look.windowFrom) ?? 'unknown'} to ${toIsoOrNull(look.windowUntil) ?? 'open'}`,
    `**Problems:** ${problems}`,
    `**Next look (UTC):** ${toIsoOrNull(look.lookAgainAt) ?? 'when something changes'}`,
  ].join('\n\n');
}

function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
