import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ZodError } from 'zod';
import { seedSchema, type SeedInput } from './seed/seed-schema';
import { startSimulator } from './start';

const help = `Runs a server that behaves like Kisi's API, for trying and testing integrations without doors.

  npm run simulator -- [--port N] [--host ADDRESS] [--state FILE] [--seed FILE]

  --port N        the port, 4801 without; 0 is any free one
  --host ADDRESS  the address to listen on, 127.0.0.1 without
  --state FILE    keeps the state in this file over restarts; without, it lives in memory
  --seed FILE     a site as JSON, when there is no state yet (see docs/kisi-simulator.md)
  --help          this text
`;

const signals = ['SIGINT', 'SIGTERM'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4801' },
      host: { type: 'string', default: '127.0.0.1' },
      state: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port wants a number from 0 to 65535.');
  const simulator = await startSimulator({
    port,
    host: values.host,
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values.seed === undefined ? {} : { seed: readSeed(values.seed) }),
  });
  process.stdout.write(
    `Kisi simulator at ${simulator.url}, control plane at ${simulator.url}/_simulator. Ctrl-C stops it.\n`,
  );
  for (const signal of signals) process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}

function readSeed(file: string): SeedInput {
  return seedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

main().catch((error: unknown) => {
  if (error instanceof ZodError) {
    for (const issue of error.issues) process.stderr.write(`--seed: ${issue.path.join('.')} ${issue.message}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.exitCode = 1;
});
