import type { Row } from '../../table.ts';
import type { Sizes } from '../jobs.ts';
import { comparisons, type Field } from '../turns.ts';

/** A square one, and the tutorial's first layer. */
const PRODUCTS: Readonly<Record<string, Sizes>> = {
  '256 × 256 × 256': [256, 256, 256],
  '64 × 1000 × 100 and back': [64, 1000, 100],
};

/** Products of matrices one after another, beside the peers'. */
export async function productRows({ own, peers }: Field): Promise<readonly Row[]> {
  // Outside of a plan there is one way to multiply.
  const field = { own: own.filter(({ name }) => name === 'dynamic'), peers };
  const rows: Row[] = [];
  for (const [name, sizes] of Object.entries(PRODUCTS)) {
    const flops = 2 * 2 * sizes.reduce((product, size) => product * size, 1);
    const compared = await comparisons(field, { kind: 'product', name, sizes });
    rows.push(...compared.rows('GFLOP/s', (time) => flops / (1000 * time)));
  }
  return rows;
}
