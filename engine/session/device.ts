import type { Backend } from '../backends/backend.ts';
import type { OpenedAdapter } from '../backends/device.ts';
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

/** A backend for a session; where a GPU was asked for and the CPU came, `fallback` says why. */
export interface OpenedDevice {
  readonly backend: Backend;
  readonly fallback?: Diagnostic;
}

/** Opens what was chosen for a run of this size, or the CPU where there is no GPU. */
export async function openDevice(choice: DeviceChoice, need: Need, machine: Machine): Promise<OpenedDevice> {
  const cpu = () => ({ backend: machine.createCpu() });
  // To look for a GPU takes a moment, which a small network would train in.
  if (choice === 'cpu' || (choice === 'auto' && !mayGain(need))) return cpu();
  try {
    const backend = await openWebgpu(machine.startGpu);
    if (choice === 'webgpu' || judgeGpu(need, backend.device.adapter) === 'gains') return { backend };
    backend.close();
    return cpu();
  } catch (error) {
    return choice === 'auto' ? cpu() : { ...cpu(), fallback: noGpu(error) };
  }
}

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
