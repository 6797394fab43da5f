import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import type { DeviceFailure } from '../../engine/backends/device_failure.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { DeviceLink } from '../../engine/backends/webgpu/link.ts';
import { createWebgpuBackend } from '../../engine/backends/webgpu/webgpu.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { pump } from '../../engine/session/pump.ts';
import { Session, type SessionOptions } from '../../engine/session/session.ts';
import { startGpuThread } from '../../engine/threads/start.ts';
import { webgpu } from './webgpu.ts';

const STEPS = 8;

async function open(
  options: Omit<SessionOptions, 'files'>,
  example = 'xor',
): Promise<{ session: Session; losses: number[] }> {
  const { document } = openDocument(example);
  if (document === undefined) throw new Error(`${example} does not open`);
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

  it('a loss is not taken for a NaN in the parameters, where these are watched', async () => {
    const backend = createWebgpuBackend(startGpuThread());
    const { session, losses } = await open({ backend, renew: async () => createReferenceBackend() });
    const { onStep } = session;
    session.onStep = (step, loss) => {
      onStep(step, loss);
      // The next that is asked of it is whether the parameters are finite.
      if (step === 3) backend.destroyDevice();
    };
    const debug = new Debugger(session);
    debug.breakAt([], true);
    await debug.train(() => false);
    expect([session.state, session.lost]).toEqual(['finished', undefined]);
    closeTo(losses, await undisturbed());
    session.close();
  });

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

/** The device with so many bytes of memory, as if it had no more. */
function withMemory(mostBytes: number): { readonly backend: Backend; readonly reached: () => number } {
  const thread = startGpuThread();
  const { link, adapter } = DeviceLink.open(thread);
  const backend = createWebgpuBackend(thread, { link, adapter: { ...adapter, mostBytes } });
  return { backend, reached: () => 4 * link.counts.reach };
}

describe.skipIf(webgpu === undefined)('a device whose memory is full', { timeout: 120_000 }, () => {
  /** Counts of its loop are drawn: what it needs at most it does not need at first. */
  const EXAMPLE = 'dynamic-net';
  const run = async (mostBytes: number) => {
    const told: string[] = [];
    let opened: Awaited<ReturnType<typeof open>> | undefined;
    const renew = async ({ kind, message }: DeviceFailure) => {
      told.push(`${kind}: ${message}, ${opened?.losses.length ?? 0} losses`);
      return createReferenceBackend();
    };
    const { backend, reached } = withMemory(mostBytes);
    opened = await open({ backend, renew }, EXAMPLE);
    const { session, losses } = opened;
    await pump(session, { paused: () => false });
    expect(session.state).toBe('finished');
    session.close();
    return { told, losses, reached: reached() };
  };

  it('the run goes on on the CPU with the same losses: from its beginning, or from what was done', async () => {
    const { session, losses } = await open({ backend: createReferenceBackend() }, EXAMPLE);
    session.run();
    const whole = await run(2 ** 26);
    expect(whole.told).toEqual([]);
    const begun = await run(whole.reached / 4);
    expect(begun.told).toEqual(['full: its memory is full, 0 losses']);
    closeTo(begun.losses, losses);
    const broken = await run(whole.reached - 4);
    expect(broken.told).toEqual([expect.stringMatching(/^full: its memory is full, [1-8] losses$/)]);
    closeTo(broken.losses, losses);
  });
});
