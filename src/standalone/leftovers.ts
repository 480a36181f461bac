import { readFileSync } from 'node:fs';
import type { Home } from './home';

const FILE = 'temporal.json';

/** Notes which process is this folder's Temporal, for whoever starts after we were killed. */
export function noteTemporal(home: Home, pid: number | undefined): void {
  if (pid !== undefined) home.writeJson(FILE, { pid });
}

export function forgetTemporal(home: Home): void {
  home.remove(FILE);
}

/** Ends the Temporal server that a killed process of ours left behind: two of them on one file would spoil it. */
export async function endLeftTemporal(home: Home, databaseFile: string): Promise<void> {
  const noted = home.readJson(FILE);
  const pid = typeof noted === 'object' && noted !== null && 'pid' in noted ? Number(noted.pid) : 0;
  if (!Number.isInteger(pid) || pid <= 1 || !isOurTemporal(pid, databaseFile)) return;
  process.kill(pid, 'SIGTERM');
  for (let waits = 0; waits < 100 && isOurTemporal(pid, databaseFile); waits += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (isOurTemporal(pid, databaseFile)) process.kill(pid, 'SIGKILL');
}

/** Where processes can be looked at: a number may have been given to another program since. */
function isOurTemporal(pid: number, databaseFile: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(databaseFile);
  } catch {
    return false;
  }
}
