import type { HttpDeps } from './deps';

/** Where the Temporal Web UI lists the workflows, or shows one of them; null where its address is not known. */
export function workflowsUrl({ baseUrl, namespace }: HttpDeps['temporalUi'], workflowId?: string): string | null {
  if (baseUrl === null) return null;
  const all = `${baseUrl}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return workflowId === undefined ? all : `${all}/${encodeURIComponent(workflowId)}`;
}
