import { createServer } from 'node:net';

/** The wanted port, or a free one when it is 0 or taken. @param say told when another one is used */
export async function choosePort(wanted: number, name: string, say: (text: string) => void): Promise<number> {
  if (wanted !== 0 && (await tryPort(wanted)) !== null) return wanted;
  const free = await tryPort(0);
  if (free === null) throw new Error(`There is no free port for ${name}.`);
  if (wanted !== 0) say(`Port ${wanted} is taken, so ${name} uses ${free}.`);
  return free;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(found));
    });
  });
}
