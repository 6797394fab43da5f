import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument, Mode } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import { webgpu } from '../parity/webgpu.ts';
import { networks } from './networks.ts';
import { runs } from './runs.ts';

/** Random networks on a GPU, a step as a whole and call by call, against the reference backend. */

const STEPS = 4;

async function ended(document: GraphDocument, mode: Mode, by: 'entry' | 'iteration', backend: Backend) {
  const { epochs: _, ...run } = document.run;
  const options = { backend, files: nodeFiles('.') };
  const created = await Session.create({ ...document, run: { ...run, steps: STEPS, mode } }, options);
  const session = created.session ?? expect.fail(JSON.stringify(created.diagnostics));
  const losses: number[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.start();
  while (session.advance(by));
  const read = (array: Parameters<Backend['readSync']>[0] | undefined) =>
    array === undefined ? [] : [...session.backend.readSync(array)];
  const moment = session.moment() ?? expect.fail('nothing ran');
  const slots = moment.pass.schedule.steps.flatMap(({ outputs }) => outputs);
  return {
    failure: session.failure?.code,
    losses,
    weights: session.program.parameters.flatMap(({ address }) => read(session.parameter(address))),
    values: slots.map((slot) => read(moment.pass.value(slot))),
    gradients: slots.map((slot) => read(moment.gradient(slot))),
  };
}

/** Elements within 1e-3 of the largest: a few steps carry roundings on. */
function expectClose(found: readonly number[], expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length);
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  for (const [i, x] of expected.entries())
    expect(Math.abs((found[i] ?? Number.NaN) - x), `${what}[${i}]`).toBeLessThanOrEqual(1e-3 * largest);
}

describe.skipIf(webgpu === undefined)('on WebGPU', () => {
  const backend = { ...(webgpu as NonNullable<typeof webgpu>), backlog: () => 0, close: () => undefined };

  it('random networks of nested blocks: the losses, weights, values and gradients of the reference backend', async () => {
    await fc.assert(
      fc.asyncProperty(networks, fc.constantFrom('static' as const, 'dynamic' as const), async (document, mode) => {
        const expected = await ended(document, 'dynamic', 'entry', createReferenceBackend());
        const found = await ended(document, mode, 'iteration', backend);
        expect(found.failure).toBe(expected.failure);
        if (expected.failure !== undefined) return;
        expectClose(found.losses, expected.losses, 'losses');
        expectClose(found.weights, expected.weights, 'weights');
        for (const [i, values] of expected.values.entries()) expectClose(found.values[i] ?? [], values, `value ${i}`);
        for (const [i, values] of expected.gradients.entries())
          expectClose(found.gradients[i] ?? [], values, `gradient ${i}`);
      }),
      runs(30, 300),
    );
  }, 1_800_000);
});
