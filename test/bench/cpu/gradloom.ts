import { createInterface } from 'node:readline';
import { createCpuBackend } from '../../../engine/backends/cpu.ts';
import { startThread } from '../../../engine/cli/threads.ts';
import { nodeFiles } from '../../../engine/data/node_files.ts';
import type { Mode } from '../../../engine/graph/document.ts';
import { Session } from '../../../engine/session/session.ts';
import { endless, workloads } from './workloads.ts';

/**
 * A contender: reads `name<TAB>seconds` a line at a time, trains for so long, and answers with the median step in microseconds.
 * Its argument is the mode.
 */
const mode: Mode = process.argv[2] === 'static' ? 'static' : 'dynamic';
const sessions = new Map<string, Session>();

async function sessionOf(name: string): Promise<Session> {
  const known = sessions.get(name);
  if (known !== undefined) return known;
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  const document = workload.document();
  const { session, diagnostics } = await Session.create(
    { ...document, run: endless(document.run, mode) },
    { backend: createCpuBackend({ startThread }), files: nodeFiles('.') },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  sessions.set(name, session);
  return session;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', seconds = '1'] = line.split('\t');
  const session = await sessionOf(name);
  const times: number[] = [];
  const end = performance.now() + 1000 * Number(seconds);
  let last = performance.now();
  session.onStep = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  session.start();
  while (session.advance('iteration') && last <= end);
  session.pause();
  times.sort((a, b) => a - b);
  console.log(1000 * (times[times.length >> 1] ?? Number.NaN));
}
