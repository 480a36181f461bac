import { createServer, type Server } from 'node:http';
import type { Express } from 'express';

export interface RunningServer {
  readonly port: number;
  /** Takes no new requests, lets the running ones finish. */
  close(): Promise<void>;
}

/** @throws when the port is taken */
export async function listen(app: Express, port: number, host?: string): Promise<RunningServer> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (host === undefined) server.listen(port, () => resolve());
    else server.listen(port, host, () => resolve());
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : port, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
