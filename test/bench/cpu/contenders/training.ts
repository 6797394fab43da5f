import { createCpuBackend } from '../../../../engine/backends/cpu.ts';
import { nodeFiles } from '../../../../engine/data/node_files.ts';
import type { Mode } from '../../../../engine/graph/document.ts';
import { Session } from '../../../../engine/session/session.ts';
import { startPoolThread } from '../../../../engine/threads/start.ts';
import { endless, type Workload } from '../../workloads.ts';

export const createBackend = () => createCpuBackend({ startThread: startPoolThread });

/** A session that trains for ever. @throws where the workload cannot be trained */
export async function trained(workload: Workload, mode: Mode, backend = createBackend()): Promise<Session> {
  const document = workload.document();
  const { session, diagnostics } = await Session.create(
    { ...document, run: endless(document.run, mode) },
    { backend, files: nodeFiles('.') },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  session.start();
  return session;
}

/** Iterations, from the end of one to the end of another. */
export function advance(session: Session, iterations: number): void {
  const end = session.cursor.iteration + iterations;
  while (session.cursor.iteration < end) session.advance('iteration');
}

/** The workload of that name. */
export function named(name: string, workloads: readonly Workload[]): Workload {
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  return workload;
}
