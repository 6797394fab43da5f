import { REVECTORIZE } from '../../../../engine/cli/flags.ts';
import type { Bound, Measured, Row } from '../../table.ts';
import { inTurns } from '../contender.ts';
import { FLOPS } from '../contenders/registers.ts';
import { cores, ours } from '../field.ts';

const PACE = { rounds: 7, seconds: 0.7 };
const PRODUCT_FLOPS = 2 * 1024 ** 3;

/** A product of matrices, beside a loop that only computes, and two threads beside one. */
export async function productRows(): Promise<readonly Row[]> {
  const plain = ours('without the flag', 'products.ts');
  const wide = ours('with the flag', 'products.ts', [], [REVECTORIZE]);
  const workloads = ['loop', 'one thread', ...(cores > 1 ? ['two threads'] : [])];
  const turns = [plain, wide].flatMap((contender) => workloads.map((workload) => ({ contender, workload })));
  const times = await inTurns(turns, PACE);
  plain.close();
  wide.close();
  const rates = new Map<string, Measured>();
  for (const [i, { contender, workload }] of turns.entries()) {
    const flops = workload === 'loop' ? FLOPS : PRODUCT_FLOPS;
    const name = `${workload} ${contender.name}`;
    rates.set(name, { name, value: flops / (1000 * (times[i] ?? Number.NaN)) });
  }
  const row = (workload: string, own: string, beside: string, bound?: Bound): Row[] => {
    const [mine, peer] = [rates.get(own), rates.get(beside)];
    return mine && peer ? [{ workload, unit: 'GFLOP/s', ours: [mine], peer, bound }] : [];
  };
  const LOOP = 'loop without the flag';
  return [
    ...row('GEMM 1024³', 'one thread without the flag', LOOP, { least: 0.85 }),
    ...row('GEMM 1024³, revectorized', 'one thread with the flag', LOOP, { least: 1.3 }),
    ...row('GEMM 1024³, two threads', 'two threads without the flag', 'one thread without the flag', { least: 1.7 }),
    ...row('GEMM 1024³, two threads, revectorized', 'two threads with the flag', 'one thread with the flag', {
      least: 1.7,
    }),
  ];
}
