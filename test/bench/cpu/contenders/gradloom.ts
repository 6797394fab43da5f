import { createCpuBackend } from '../../../../engine/backends/cpu.ts';
import { startThread } from '../../../../engine/cli/threads.ts';
import { nodeFiles } from '../../../../engine/data/node_files.ts';
import type { Mode } from '../../../../engine/graph/document.ts';
import { Session } from '../../../../engine/session/session.ts';
import { growing } from '../growth.ts';
import { endless, workloads } from '../workloads.ts';
import { median, serve } from './serve.ts';

/** A contender: trains, and answers with the median step. Its argument is the mode. */
const mode: Mode = process.argv[2] === 'static' ? 'static' : 'dynamic';

await serve(async (name) => {
  const workload = [...workloads, ...growing.flatMap(({ points }) => points)].find((one) => one.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  const document = workload.document();
  const { session, diagnostics } = await Session.create(
    { ...document, run: endless(document.run, mode) },
    { backend: createCpuBackend({ startThread }), files: nodeFiles('.') },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  return (seconds) => {
    const times: number[] = [];
    const end = performance.now() + 1000 * seconds;
    let last = performance.now();
    session.onStep = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
    };
    session.start();
    while (session.advance('iteration') && last <= end);
    session.pause();
    return 1000 * median(times);
  };
});
