import type { Backend } from '../backends/backend.ts';
import type { OpenedAdapter } from '../backends/device.ts';
import type { DeviceFailure } from '../backends/device_failure.ts';
import { remedyFor } from '../backends/webgpu/absence.ts';
import { openWebgpu, type StartGpu } from '../backends/webgpu/open.ts';
import { type DeviceChoice, judgeGpu, mayGain, type Need } from '../graph/device.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';

/** What there is to compute on. */
export interface Machine {
  createCpu(): Backend;
  /** Absent: there is no way to a GPU from here. */
  readonly startGpu?: StartGpu;
}

/**
 * The device of one run: opened once it is known what the run asks of it, and another one where it fails. `tell` hears why it is not
 * the GPU that was asked for, and how a run goes on whose GPU has failed.
 */
export class RunDevice {
  readonly #choice: DeviceChoice;
  readonly #machine: Machine;
  readonly #tell: (problem: Diagnostic, backend: Backend) => void;
  #backend: Backend | undefined;
  #hasFailed = false;

  constructor(choice: DeviceChoice, machine: Machine, tell: (problem: Diagnostic, backend: Backend) => void) {
    this.#choice = choice;
    this.#machine = machine;
    this.#tell = tell;
  }

  /** Opens what was chosen for a run of this size, or the CPU where there is no GPU. */
  readonly open = async (need: Need): Promise<Backend> => {
    // To look for a GPU takes a moment, which a small network would train in.
    if (this.#choice === 'cpu' || (this.#choice === 'auto' && !mayGain(need))) return this.#onCpu();
    try {
      const backend = await openWebgpu(this.#machine.startGpu);
      this.#backend = backend;
      if (this.#choice === 'webgpu' || judgeGpu(need, backend.device.adapter) === 'gains') return backend;
      backend.close();
      return this.#onCpu();
    } catch (error) {
      return this.#onCpu(this.#choice === 'auto' ? undefined : noGpu(error));
    }
  };

  /** What a run goes on with: a GPU that was lost is opened again, once; the CPU otherwise. */
  readonly renew = async ({ kind, message }: DeviceFailure): Promise<Backend> => {
    const reason = message || 'it was lost';
    const mayReturn = kind === 'lost' && !this.#hasFailed;
    this.#hasFailed = true;
    const again = mayReturn ? await openWebgpu(this.#machine.startGpu).catch(() => undefined) : undefined;
    const goesOn = kind === 'full' ? GOES_ON.withMore : GOES_ON.cpu;
    if (again === undefined) return this.#onCpu(diagnostic('gpu-failed', {}, { reason, ...goesOn }));
    this.#backend = again;
    this.#tell(diagnostic('gpu-failed', {}, { reason, ...GOES_ON.webgpu }), again);
    return again;
  };

  close(): void {
    this.#backend?.close();
  }

  #onCpu(problem?: Diagnostic): Backend {
    const backend = this.#machine.createCpu();
    this.#backend = backend;
    if (problem !== undefined) this.#tell(problem, backend);
    return backend;
  }
}

const GOES_ON = {
  cpu: { where: 'on the CPU', remedy: 'Restart the run to try the GPU again' },
  withMore: { where: 'on the CPU', remedy: 'Choose a smaller batch or smaller layers for the GPU' },
  webgpu: { where: 'on the GPU, opened anew', remedy: 'If it happens again, choose the CPU' },
} as const;

/** The GPU of this machine, or why there is none. */
export type GpuReport = { readonly adapter: OpenedAdapter } | { readonly absence: Diagnostic };

/** Opens the GPU and closes it again: what can be opened now can be trained on. */
export async function lookForGpu({ startGpu }: Pick<Machine, 'startGpu'>): Promise<GpuReport> {
  try {
    const backend = await openWebgpu(startGpu);
    const { adapter } = backend.device;
    backend.close();
    return { adapter };
  } catch (error) {
    return { absence: noGpu(error) };
  }
}

function noGpu(error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  return diagnostic('no-gpu', {}, { reason, remedy: remedyFor(reason) });
}
