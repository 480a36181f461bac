import './start-servers';

export default async function stopServers(): Promise<void> {
  await globalThis.sharedServers?.temporal.stop();
  await globalThis.sharedServers?.postgres.stop();
}
