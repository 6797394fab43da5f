import type { Backend } from '../../../engine/backends/backend.ts';
import { createCpuBackend } from '../../../engine/backends/cpu.ts';
import { createReferenceBackend } from '../../../engine/backends/reference/reference.ts';
import { openWebgpu } from '../../../engine/backends/webgpu/open.ts';
import { fetchFiles } from '../../../engine/data/fetch_files.ts';
import { operations } from '../../../engine/ops/index.ts';
import { browserGpu, GPU_THREAD, serveGpu } from '../../../engine/protocol/gpu_threads.ts';
import { type EventPort, eventPort } from '../../../engine/protocol/port.ts';
import { curveDifference } from '../curve.ts';
import type { Findings } from '../findings.ts';
import { caseDifference, type Goldens, GPU_SLACK, titleOf } from '../op_case.ts';
import { compareSteps } from '../stepped.ts';
import type { Answer, Job } from './jobs.ts';

/**
 * What the parity suites compare, in a browser's worker. As with the engine's own, the same file under the name `gpu` is the thread
 * that owns the device.
 */
const scope = globalThis as unknown as EventPort & {
  readonly location: { readonly href: string };
  readonly name: string;
};
const files = fetchFiles(new URL('/data/', scope.location.href));

function compareOperations(goldens: Goldens, gpu: Backend): Findings {
  const differences: string[] = [];
  let compared = 0;
  for (const record of operations.values())
    for (const [i, one] of record.cases.entries()) {
      const found = caseDifference(gpu, record, one, goldens[record.name]?.[i], GPU_SLACK);
      if (found !== undefined) differences.push(`${titleOf(record, one)}: ${found}`);
      compared++;
    }
  return { compared, differences };
}

async function findingsOf(job: Job, gpu: Backend): Promise<Findings> {
  switch (job.kind) {
    case 'operations':
      return compareOperations(job.goldens, gpu);
    case 'steps':
      return compareSteps(job.document, [gpu, createReferenceBackend()], files);
    case 'curve': {
      const found = await curveDifference(job.document, job.steps, [gpu, createCpuBackend({ threads: 1 })], files);
      return { compared: job.steps, differences: found === undefined ? [] : [found] };
    }
    default:
      return job satisfies never;
  }
}

async function answer(job: Job): Promise<Answer> {
  const gpu = await openWebgpu(() => browserGpu(new Worker(scope.location.href, { type: 'module', name: GPU_THREAD })));
  try {
    return { findings: await findingsOf(job, gpu) };
  } finally {
    gpu.close();
  }
}

if (scope.name === GPU_THREAD) serveGpu(scope);
else {
  const port = eventPort<Answer, Job>(scope);
  port.listen((job) => {
    answer(job)
      .catch((error: unknown): Answer => ({ failure: error instanceof Error ? error.message : String(error) }))
      .then((found) => port.post(found));
  });
}
