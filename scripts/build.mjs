import { ensureBuild } from './setup/build.mjs';
import { checkNode, ensureDatabaseClient, ensurePackages } from './setup/packages.mjs';
import { fail } from './setup/say.mjs';

async function main() {
  checkNode();
  await ensurePackages();
  await ensureDatabaseClient();
  await ensureBuild();
}

main().catch(fail);
