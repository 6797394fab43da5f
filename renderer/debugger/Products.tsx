import type { TensorSlice } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { formatFigure } from '../nodes/figures.ts';
import type { Standing } from '../stores/standing.ts';
import css from './Debugger.module.css';
import type { Factor } from './entry_formula.ts';
import { Formula } from './Formula.tsx';
import type { CellPlace } from './Heatmap.tsx';
import { useAsked } from './useAsked.ts';
import { useWords } from './words.ts';

/** Products that are written out. */
const MOST_SHOWN = 5;
const MOST_ELEMENTS = 2_000_000;

/** Which products made an element of a matrix product: those of a row of the left and a column of the right, the largest first. */
export function Products({
  tab,
  standing,
  factors: [left, right],
  cell,
}: {
  readonly tab: string;
  readonly standing: Standing;
  readonly factors: readonly [Factor, Factor];
  readonly cell: CellPlace;
}) {
  const words = useWords();
  const ask = ({ tensor: { ref } }: Factor) => engine.tensor(tab, ref, 0, MOST_ELEMENTS);
  const a = useAsked(standing, JSON.stringify(left.tensor.ref), () => ask(left));
  const b = useAsked(standing, JSON.stringify(right.tensor.ref), () => ask(right));
  if (!a || !b) return null;
  const products = productsAt(line(a, left, cell.row, 'row'), line(b, right, cell.column, 'column'));
  const shown = products.slice(0, MOST_SHOWN);
  const rest = products.slice(MOST_SHOWN).reduce((sum, { product }) => sum + product, 0);
  return (
    <div className={css.products} data-testid="products">
      <p className="dim">{words.products(products.length)}</p>
      <table>
        <tbody>
          {shown.map(({ k, x, y, product }) => (
            <tr key={k} className="num">
              <td className="dim">k = {k}</td>
              <td>
                <Formula latex={left.symbol} tone={toneOf(left)} /> {formatFigure(x, 4)}
              </td>
              <td>
                × <Formula latex={right.symbol} tone={toneOf(right)} /> {formatFigure(y, 4)}
              </td>
              <td>{formatFigure(product, 4)}</td>
            </tr>
          ))}
          {products.length > MOST_SHOWN && (
            <tr className="num dim">
              <td colSpan={3}>{words.rest(products.length - MOST_SHOWN)}</td>
              <td>{formatFigure(rest, 4)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

const toneOf = ({ tensor }: Factor) => (tensor.ref.of === 'value' ? 'fwd' : 'bwd');

/** A row or a column of a factor as it stands in the product. */
function line({ shape, values }: TensorSlice, { transposed }: Factor, at: number, along: 'row' | 'column'): number[] {
  const [rows = 0, columns = 0] = shape;
  const isRow = (along === 'row') !== transposed;
  return Array.from(
    { length: isRow ? columns : rows },
    (_, k) => values[isRow ? at * columns + k : k * columns + at] ?? 0,
  );
}

interface Product {
  readonly k: number;
  readonly x: number;
  readonly y: number;
  readonly product: number;
}

const productsAt = (xs: readonly number[], ys: readonly number[]): Product[] =>
  xs
    .map((x, k) => ({ k, x, y: ys[k] ?? 0, product: x * (ys[k] ?? 0) }))
    .sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
