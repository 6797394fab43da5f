import { create } from 'zustand';
import { type DeviceChoice, judgeGpu, mayGain, type Need } from '../../engine/graph/device.ts';
import type { GpuReport } from '../../engine/protocol/messages.ts';
import { need } from './diagnosis.ts';
import { usePreferences } from './preferences.ts';
import type { Run } from './run.ts';

/** The GPU of this machine, as it was found last; null until somebody has looked. */
export const useGpu = create<{ readonly report: GpuReport | null }>(() => ({ report: null }));

/** What a choice comes to for a run of this size; undefined where it takes a look at the GPU to know. */
export function deviceFor(choice: DeviceChoice, need: Need, report: GpuReport | null): 'cpu' | 'webgpu' | undefined {
  if (choice === 'cpu' || (choice === 'auto' && !mayGain(need))) return 'cpu';
  if (report === null) return undefined;
  if ('absence' in report) return 'cpu';
  return choice === 'webgpu' || judgeGpu(need, report.adapter) === 'gains' ? 'webgpu' : 'cpu';
}

/** Was another device chosen since this run began than the one that it computes on? */
export function wantsOther({ on, trained }: Run, choice = usePreferences.getState().device): boolean {
  if (on === null || trained === null || choice === on.choice) return false;
  return deviceFor(choice, need(trained), useGpu.getState().report) !== on.device.name;
}
