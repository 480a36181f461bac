import type { Lost } from './aftermath';
import type { Verdict } from './judge';

export interface Report extends Verdict {
  readonly seed: number;
  readonly daySeconds: number;
  /** What was played: one of them, how many, and what to know about it, for people. */
  readonly unit: 'booking' | 'entitlement';
  readonly entitlements: number;
  readonly notes: readonly string[];
  readonly facts: number;
  readonly persons: number;
  readonly seconds: number;
  readonly lost: readonly Lost[];
  readonly invitations: { readonly persons: number; readonly sent: number; readonly most: number };
  readonly kisiCalls: number;
  readonly kisiRefusals: number;
}

/** Whether every promise was kept. */
export function isClean(report: Report): boolean {
  return (
    [report.leaks, report.gaps, report.thefts, report.lost].every((list) => list.length === 0) &&
    report.invitations.most <= 1
  );
}

/** For people. */
export function toText(report: Report): string {
  const { invitations, openingDelays, closingDelays } = report;
  const lines = [
    `${report.entitlements} ${report.unit}s of ${report.persons} people, ${report.facts} facts, in ${report.seconds.toFixed(0)} s (a day is ${report.daySeconds} s, seed ${report.seed})`,
    '',
    `  opened at the first instant   ${report.openedOnTime} doors`,
    `  closed at the last instant    ${report.closedOnTime} doors`,
    `  opened late by facts          ${openingDelays.length} doors, delay ${delays(openingDelays)}`,
    `  ended early by facts          ${closingDelays.length} doors, delay ${delays(closingDelays)}`,
    `  Kisi calls per ${report.unit.padEnd(14)} ${(report.kisiCalls / report.entitlements).toFixed(2)} (${report.kisiCalls} in all, ${report.kisiRefusals} answered 429)`,
    `  invitations                   ${invitations.sent} to ${invitations.persons} people, at most ${invitations.most} each`,
    '',
    `  leaks ${report.leaks.length}   gaps ${report.gaps.length}   thefts ${report.thefts.length}   lost ${report.lost.length}`,
    '',
    ...report.notes,
  ];
  return [...lines, ...examples(report)].join('\n');
}

function examples(report: Report): string[] {
  const kinds = [
    ['leak', report.leaks],
    ['gap', report.gaps],
    ['theft', report.thefts],
  ] as const;
  const found = kinds.flatMap(([kind, list]) =>
    list
      .slice(0, 5)
      .map(
        (one) =>
          `  ${kind}: ${one.door} from ${one.from} for ${one.ms} ms${one.entitlementId === null ? '' : `, ${report.unit} ${one.entitlementId}`}`,
      ),
  );
  const lost = report.lost.slice(0, 5).map((one) => `  lost: ${report.unit} ${one.entitlementId}: ${one.why}`);
  return found.length + lost.length === 0 ? [] : ['', ...found, ...lost];
}

function delays(all: readonly number[]): string {
  if (all.length === 0) return '-';
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}
