import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { createCatalogue } from '../src/ledger/catalogue';
import { newId } from '../src/ledger/ids';
import { openLedger } from '../src/ledger/open';
import { createCreateOrganization } from '../src/usecases/create-organization';

const help = `Makes an organization and prints its first token, which has every scope. It is shown this once.

  npm run organization:create -- --name NAME

DATABASE_URL names the database.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { name: { type: 'string' }, help: { type: 'boolean', default: false } } });
  const name = values.name?.trim() ?? '';
  if (values.help || name === '') {
    process.stdout.write(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const config = readConfig(process.env, ['DATABASE_URL']);
  const ledger = await openLedger({ databaseUrl: config.DATABASE_URL ?? '' });
  const made = await createCreateOrganization({ catalogue: createCatalogue(ledger), newId })(name);
  await ledger.close();
  process.stdout.write(`Organization ${made.organizationId}\nToken        ${made.token}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
