import type { Adapter } from './webgpu/messages.ts';

/** A GPU that was opened. */
export interface OpenedAdapter extends Adapter {
  /** Do NaN and infinities stay what they are through arithmetic, as a probe has found? WebGPU does not promise it. */
  readonly keepsNan: boolean;
}

/** What a backend computes on. On one device the same run gives the same bits; relaxed SIMD may give others than plain. */
export interface Device {
  readonly name: 'cpu' | 'webgpu';
  /** None: plain TypeScript. Relaxed: a product and a sum in one rounding. */
  readonly simd: 'none' | 'plain' | 'relaxed';
  /** How many share large kernels once all have started, the calling one counted: they change no bit. */
  readonly threads: number;
  /** Of WebGPU: what computes. */
  readonly adapter?: OpenedAdapter;
}

const COMPUTES: Record<Device['simd'], string> = { none: 'plain TypeScript', plain: 'SIMD', relaxed: 'relaxed SIMD' };

/** `CPU · relaxed SIMD · 2 threads` */
export function describeDevice({ name, simd, threads, adapter }: Device): string {
  if (adapter !== undefined)
    return ['WebGPU', adapter.name, ...(adapter.isSoftware ? ['computed by the CPU'] : [])].join(' · ');
  return [name.toUpperCase(), COMPUTES[simd], ...(threads === 1 ? [] : [`${threads} threads`])].join(' · ');
}
