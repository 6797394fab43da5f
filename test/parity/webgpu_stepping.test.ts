import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Session } from '../../engine/session/session.ts';
import type { EntryReport, TensorReport } from '../../engine/session/summary.ts';
import { webgpu } from './webgpu.ts';

async function open(id: string, backend: Backend): Promise<Session> {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const created = await Session.create(document, { backend, files: nodeFiles('.') });
  const session = created.session ?? expect.fail(JSON.stringify(created.diagnostics));
  session.start();
  return session;
}

/** Everything that an entry's report names, in order. */
const tensorsOf = ({ inputs, outputs, update }: EntryReport): TensorReport[] => [
  ...inputs,
  ...outputs,
  ...(update?.parameters.flatMap(({ tensors }) => tensors.map(({ tensor }) => tensor)) ?? []),
];

/** Elements within 1e-4 of the largest. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
  expect(found.length, where).toBe(expected.length);
  let [largest, worst] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] ?? 0));
    worst = Math.max(worst, Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? 0)));
  }
  expect(worst, where).toBeLessThanOrEqual(1e-4 * largest);
}

/** Examples whose numbers are many, on a GPU that the CPU computes. */
const LARGE = ['mnist-mlp', 'static-graph', 'dynamic-net', 'tensors-by-hand', 'autograd', 'custom-module'];
const ids = ['xor', 'spiral', 'nn-sequential', 'optim-adam', 'custom-function', ...LARGE];

describe.skipIf(webgpu === undefined)('stepping on WebGPU', { timeout: 600_000 }, () => {
  it.each(ids.filter((id) => process.env.GRADLOOM_SOAK !== undefined || !LARGE.includes(id)))(
    '%s: every tensor of an iteration is the reference backend’s within 1e-4',
    async (id) => {
      const [session, reference] = [await open(id, webgpu ?? expect.fail()), await open(id, createReferenceBackend())];
      let compared = 0;
      do {
        expect(session.advance()).toBe(true);
        expect(reference.advance()).toBe(true);
        expect(session.cursor).toEqual(reference.cursor);
        if (session.position === 0) continue;
        const [found, expected] = [session, reference].map((one) => one.entry(one.position - 1));
        if (found === undefined || expected === undefined) continue;
        const others = tensorsOf(expected);
        for (const [i, { ref }] of tensorsOf(found).entries()) {
          expect(ref).toEqual(others[i]?.ref);
          const [values, other] = [session.elements(ref), reference.elements(ref)];
          if (values === undefined || other === undefined) continue;
          expectClose(values.values, other.values, `${id} ${found.phase} ${found.address} ${found.op}`);
          compared++;
        }
      } while (session.position > 0 || session.cursor.phase !== 'batch');
      expect(compared).toBeGreaterThan(20);
    },
  );
});
