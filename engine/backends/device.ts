/** What a backend computes on. On one device the same run gives the same bits; relaxed SIMD may give others than plain. */
export interface Device {
  /** `cpu`; later also an adapter's name. */
  readonly name: string;
  /** None: plain TypeScript. Relaxed: a product and a sum in one rounding. */
  readonly simd: 'none' | 'plain' | 'relaxed';
  /** How many share large kernels once all have started, the calling one counted: they change no bit. */
  readonly threads: number;
}

const COMPUTES: Record<Device['simd'], string> = { none: 'plain TypeScript', plain: 'SIMD', relaxed: 'relaxed SIMD' };

/** `CPU · relaxed SIMD · 2 threads` */
export function describeDevice({ name, simd, threads }: Device): string {
  return [name.toUpperCase(), COMPUTES[simd], ...(threads === 1 ? [] : [`${threads} threads`])].join(' · ');
}
