import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root';

/** The workflows as they were built. @throws Error that says how to build them */
export function workflowBundle(): { readonly codePath: string } {
  const codePath = join(projectRoot(), 'dist', 'workflow-bundle.js');
  if (!existsSync(codePath)) throw new Error('The workflows are not built. Run: npm run build');
  return { codePath };
}
