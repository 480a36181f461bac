import { writeFileSync } from 'node:fs';
import { apiRoutes } from '../src/http/app';
import { createOpenApi } from '../src/http/openapi';

// What the admin pages take their types from: the description of the API, as a file.
const [, , file] = process.argv;
if (file === undefined) throw new Error('Say which file to write.');
writeFileSync(file, JSON.stringify(createOpenApi(apiRoutes), null, 2));
