import { z } from 'zod';
import type { Report } from './report';
import type { Service } from './service';
import { say } from './say';

/** Sees to it that the simulator can be compared with real time. @throws Error that says what to change */
export async function checkSimulator(service: Service): Promise<void> {
  const clock = z
    .object({ running: z.boolean(), offsetMs: z.number() })
    .parse(await service.simulator('GET', '/clock'));
  if (!clock.running || clock.offsetMs !== 0)
    throw new Error('The simulator\'s clock must run in real time: PUT /_simulator/clock {"running": true}');
  const { requestsPerSecond } = z
    .object({ requestsPerSecond: z.number() })
    .parse(await service.simulator('GET', '/switches'));
  if (requestsPerSecond !== 0 && requestsPerSecond < 50) {
    say(
      `Kisi's rate is ${requestsPerSecond} a second, which is real but slow for compressed time. To raise it on both sides:`,
    );
    say('  KISI_REQUESTS_PER_SECOND=50 npm start');
  }
}

const statsSchema = z.object({
  routes: z.array(z.object({ count: z.number(), byStatus: z.record(z.string(), z.number()) })),
});

/** How often Kisi was called so far, and how often it refused for its rate. */
export async function readStats(service: Service): Promise<{ calls: number; refusals: number }> {
  const { routes } = statsSchema.parse(await service.simulator('GET', '/stats'));
  return {
    calls: routes.reduce((sum, route) => sum + route.count, 0),
    refusals: routes.reduce((sum, route) => sum + (route.byStatus['429'] ?? 0), 0),
  };
}

/** How many of these people were invited, and how often. */
export async function countInvitations(service: Service, persons: ReadonlySet<string>): Promise<Report['invitations']> {
  const mails = z.array(z.object({ to: z.string() })).parse(await service.simulator('GET', '/mails'));
  const counts = new Map<string, number>();
  for (const { to } of mails) if (persons.has(to)) counts.set(to, (counts.get(to) ?? 0) + 1);
  const all = [...counts.values()];
  return { persons: counts.size, sent: all.reduce((sum, count) => sum + count, 0), most: Math.max(0, ...all) };
}
