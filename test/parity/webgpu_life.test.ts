import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWebgpuBackend } from '../../engine/backends/webgpu/webgpu.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { pump } from '../../engine/session/pump.ts';
import { Session, type SessionOptions } from '../../engine/session/session.ts';
import { startGpuThread } from '../../engine/threads/start.ts';
import { webgpu } from './webgpu.ts';

const STEPS = 8;

async function open(options: Omit<SessionOptions, 'files'>): Promise<{ session: Session; losses: number[] }> {
  const { document } = openDocument('xor');
  if (document === undefined) throw new Error('xor does not open');
  const { epochs: _, ...run } = document.run;
  const created = await Session.create(
    { ...document, run: { ...run, steps: STEPS } },
    { ...options, files: nodeFiles('.') },
  );
  if (created.session === undefined) throw new Error(JSON.stringify(created.diagnostics));
  const { session } = created;
  const losses: number[] = [];
  session.onStep = (step, loss) => {
    losses[step] = loss;
    expect(losses).toHaveLength(step + 1);
  };
  return { session, losses };
}

const closeTo = (losses: readonly number[], expected: readonly number[]) => {
  expect(losses).toHaveLength(expected.length);
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / (expected[i] ?? 0) - 1)).toBeLessThan(1e-3);
};

describe.skipIf(webgpu === undefined)('a device that is lost in mid-run', { timeout: 120_000 }, () => {
  const undisturbed = async () => {
    const { session, losses } = await open({ backend: createReferenceBackend() });
    session.run();
    return losses;
  };
  it.each([{ to: 'another device' }, { to: 'the CPU' }])(
    'the run goes on on $to, with the same losses and each told once',
    async (given) => {
      const backend = createWebgpuBackend(startGpuThread());
      const told: string[] = [];
      const others: Backend[] = [];
      const { session, losses } = await open({
        backend,
        async renew(failure) {
          told.push(failure.kind);
          const other = given.to === 'the CPU' ? createReferenceBackend() : createWebgpuBackend(startGpuThread());
          others.push(other);
          return other;
        },
      });
      await pump(session, {
        paused: () => false,
        until: () => {
          if (session.cursor.iteration === 5 && told.length === 0) backend.destroyDevice();
          return false;
        },
        isFree: () => true,
      });
      expect(session.state).toBe('finished');
      expect(told).toEqual(['lost']);
      expect(session.backend).toBe(others[0]);
      closeTo(losses, await undisturbed());
      session.close();
    },
  );

  it('without another one the run fails with a sentence', async () => {
    const backend = createWebgpuBackend(startGpuThread());
    const { session } = await open({ backend, renew: async () => undefined });
    backend.destroyDevice();
    await pump(session, { paused: () => false });
    expect(session.failure?.code).toBe('run-failed');
    session.close();
  });

  it('while it stands still it is told of, and can be gone on with', async () => {
    const backend = createWebgpuBackend(startGpuThread());
    const { session, losses } = await open({ backend, renew: async () => createReferenceBackend() });
    let told = 0;
    session.onLost = () => told++;
    await pump(session, { paused: () => false, until: () => session.cursor.iteration === 3 });
    backend.destroyDevice();
    session.watch(['hidden']);
    expect(session.telemetry()).toEqual({});
    expect(told).toBe(1);
    expect(await session.revive()).toBe(true);
    await pump(session, { paused: () => false });
    closeTo(losses, await undisturbed());
    session.close();
  });
});
