import { openWebgpu } from '../../../../engine/backends/webgpu/open.ts';
import type { WebgpuBackend } from '../../../../engine/backends/webgpu/webgpu.ts';
import type { GraphDocument } from '../../../../engine/graph/document.ts';
import { browserGpu } from '../../../../engine/protocol/gpu_threads.ts';
import { Session } from '../../../../engine/session/session.ts';
import type { Job, Sizes } from '../jobs.ts';
import { type Repeated, serve } from './serve.ts';

/** A contender: Gradloom, in the mode that its worker is called by. A session remembers as much as the app's does. */
const mode = self.name === 'static' ? 'static' : 'dynamic';
const HISTORY_BYTES = 256 * 2 ** 20;

/** A device of its own. */
const openDevice = () => openWebgpu(() => browserGpu(new Worker('/device.js', { type: 'module' })));

const askedOf = ({ counts: { launches, sends, wordsRead } }: WebgpuBackend) => ({
  dispatches: launches,
  submits: sends,
  bytesRead: 4 * wordsRead,
});

async function training(document: GraphDocument): Promise<Repeated> {
  const backend = await openDevice();
  const { session, diagnostics } = await Session.create(
    { ...document, run: { ...document.run, mode } },
    {
      backend,
      files: { read: async (name) => Promise.reject(new Error(`there is no ${name} here`)) },
      history: HISTORY_BYTES,
    },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  let last = Number.NaN;
  session.onStep = (_, loss) => {
    last = loss;
  };
  return {
    step() {
      session.start();
      // Without a plan it advances by entries.
      const next = session.cursor.iteration + 1;
      while (session.cursor.iteration < next)
        if (!session.advance('iteration')) throw new Error(session.failure?.message ?? 'the run has ended');
    },
    async finish() {
      session.pause();
      return last;
    },
    asked: () => askedOf(backend),
  };
}

/** Uniform numbers: a product with a matrix of these, of so many rows, neither grows nor shrinks. */
function uniform(count: number, rows: number): Float32Array {
  const bound = Math.sqrt(3 / rows);
  return Float32Array.from({ length: count }, () => (2 * Math.random() - 1) * bound);
}

async function product([rows, inner, columns]: Sizes): Promise<Repeated> {
  const backend = await openDevice();
  const first = backend.upload(uniform(rows * inner, 1), [rows, inner]);
  const there = backend.upload(uniform(inner * columns, inner), [inner, columns]);
  const back = backend.upload(uniform(columns * inner, columns), [columns, inner]);
  let h = backend.copy(first);
  return {
    step() {
      const between = backend.matmul(h, there, false, false);
      backend.free(h);
      h = backend.matmul(between, back, false, false);
      backend.free(between);
    },
    async finish() {
      const [one = Number.NaN] = backend.readSync(h);
      backend.free(h);
      h = backend.copy(first);
      return one;
    },
  };
}

serve((job: Job) => (job.kind === 'training' ? training(job.document) : product(job.sizes)));
