import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { eventually } from './eventually';

/** A namespace of its own on the shared development server, so that test files never see each other's tasks. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const describe = async (): Promise<boolean> =>
      connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }).then(
        () => true,
        () => false,
      );
    await eventually('the namespace is known everywhere', describe);
  } finally {
    await connection.close();
  }
  return namespace;
}
