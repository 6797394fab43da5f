import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { EntryReport } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { formatFigure } from '../nodes/figures.ts';
import { histogramPath } from '../nodes/histogram.ts';
import type { Standing } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { type Factor, factorsOf, type Line, linesOf, type Named, sameRef, shapeOf } from './entry_formula.ts';
import { Formula } from './Formula.tsx';
import { type CellPlace, Heatmap } from './Heatmap.tsx';
import { HistogramView } from './HistogramView.tsx';
import { useSentence } from './no_gradient_words.ts';
import { Products } from './Products.tsx';
import { indexOf, matrixOf, placeOf } from './slice.ts';
import { TensorTable } from './TensorTable.tsx';
import { useAsked } from './useAsked.ts';
import { useWords } from './words.ts';

/** Elements that are brought over to be looked at; of a larger tensor the first ones. */
const MOST_ELEMENTS = 2_000_000;

const VIEWS = ['heatmap', 'table', 'histogram'] as const;
type View = (typeof VIEWS)[number];

/** One element of tensors of a shape. */
export interface ElementPlace {
  readonly shape: readonly number[];
  readonly index: readonly number[];
}

/** The tensors that an entry reads or makes, each with its shape and its numbers; any of them open. */
export function Tensors({
  title,
  tab,
  standing,
  tensors,
  isDone,
  madeBy,
  asked,
  at,
  lines,
  onPoint,
}: {
  readonly title: ReactNode;
  readonly tab: string;
  readonly standing: Standing;
  readonly tensors: readonly Named[];
  /** Is the entry done that they belong to? */
  readonly isDone: boolean;
  /** The entry that makes them. */
  readonly madeBy?: EntryReport;
  /** The tensor that somebody asked to see: it is open, and has the focus. */
  readonly asked?: number | undefined;
  /** The element to begin with, in tensors of that shape. */
  readonly at?: ElementPlace | undefined;
  /** The lines of matrices that the element which is pointed at is made of. */
  readonly lines?: readonly Line[] | undefined;
  /** An element is pointed at that is made of such. */
  onPoint?(lines: readonly Line[]): void;
}) {
  const words = useWords();
  const sentence = useSentence();
  const [open, setOpen] = useState<readonly number[]>(asked !== undefined ? [asked] : madeBy === undefined ? [] : [0]);
  const wanted = useRef<HTMLButtonElement>(null);
  useEffect(() => wanted.current?.focus(), []);
  const missing = (named: Named): string => (!isDone ? words.notYet : isCleared(named) ? words.none : words.gone);
  return (
    <section className={css.tensors}>
      <h3>
        <span>{title}</span>
      </h3>
      <ul>
        {tensors.map((named, i) => {
          const { symbol, tensor } = named;
          const { statistics } = tensor;
          const isOpen = open.includes(i);
          return (
            <li key={`${symbol} ${i.toString()}`}>
              <button
                ref={i === asked ? wanted : undefined}
                type="button"
                className={css.tensor}
                aria-expanded={isOpen}
                disabled={statistics === undefined}
                onClick={() => setOpen(isOpen ? open.filter((one) => one !== i) : [...open, i])}
              >
                <Formula latex={symbol} tone={toneOf(named)} />
                <span className="num dim">{shapeOf(tensor) ?? ''}</span>
                {statistics === undefined ? (
                  <span className="dim">{tensor.why === undefined ? missing(named) : sentence(tensor.why)}</span>
                ) : statistics.count === 1 ? (
                  <span className="num">{formatFigure(statistics.mean, 5)}</span>
                ) : (
                  <>
                    <svg className={css.spark} viewBox="0 0 62 17" data-tone={toneOf(named)} aria-hidden="true">
                      <path d={histogramPath(statistics.bins, 62, 17)} />
                    </svg>
                    <span className="num" title={words.statistics.norm}>
                      ‖·‖ {formatFigure(statistics.norm, 4)}
                    </span>
                  </>
                )}
              </button>
              {isOpen && statistics !== undefined && statistics.count > 1 && (
                <Opened
                  tab={tab}
                  standing={standing}
                  named={named}
                  factors={madeBy && factorsOf(madeBy, symbol)}
                  outlined={lines?.find(({ tensor: { ref } }) => sameRef(ref, tensor.ref))?.at}
                  onPoint={onPoint}
                  index={at !== undefined && `${at.shape}` === `${statistics.shape}` ? at.index : undefined}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A gradient that nothing has come to yet, or that was cleared. */
const isCleared = ({ symbol, tensor }: Named): boolean => tensor.ref.of === 'before' || symbol === '\\bar W';

/** What is wired to an Update by hand is a gradient as well; what an optimizer remembers, and its step, belong to neither pass. */
function toneOf({ symbol, tensor: { ref } }: Named): 'fwd' | 'bwd' | 'plain' {
  if (ref.of === 'memory' || ref.of === 'step') return 'plain';
  return ref.of === 'value' && symbol !== 'g' ? 'fwd' : 'bwd';
}

function Opened({
  tab,
  standing,
  named,
  factors,
  outlined,
  onPoint,
  index,
}: {
  readonly tab: string;
  readonly standing: Standing;
  readonly named: Named;
  readonly factors: readonly [Factor, Factor] | undefined;
  readonly outlined: Partial<CellPlace> | undefined;
  readonly onPoint: ((lines: readonly Line[]) => void) | undefined;
  readonly index: readonly number[] | undefined;
}) {
  const words = useWords();
  const { symbol, tensor } = named;
  const { statistics } = tensor;
  const [view, setView] = useState<View>('heatmap');
  const first = index && placeOf(tensor.statistics?.shape ?? [], index);
  const [leading, setLeading] = useState<readonly number[]>(first?.leading ?? []);
  const [cell, setCell] = useState<CellPlace | undefined>(first?.cell);
  const slice = useAsked(standing, JSON.stringify(tensor.ref), () => engine.tensor(tab, tensor.ref, 0, MOST_ELEMENTS));
  if (statistics === undefined) return null;
  const { shape } = statistics;
  const matrix = matrixOf(shape, leading);
  const largest = Math.max(Math.abs(statistics.low), Math.abs(statistics.high));
  const pick = (picked: CellPlace | undefined) => {
    if (picked === undefined) return;
    setCell(picked);
    onPoint?.(factors === undefined ? [] : linesOf(factors, picked));
  };
  const value = cell && slice?.values[matrix.start + cell.row * matrix.columns + cell.column];
  return (
    <div className={css.opened}>
      <div className={css.views} role="tablist">
        {VIEWS.map((one) => (
          <button key={one} type="button" role="tab" aria-selected={view === one} onClick={() => setView(one)}>
            {words[one]}
          </button>
        ))}
        {shape.slice(0, -2).map((size, axis) => (
          <label key={`axis ${axis.toString()}`}>
            <span className="dim">{axis === 0 ? words.slice : ''}</span>
            <input
              type="number"
              min={0}
              max={size - 1}
              value={leading[axis] ?? 0}
              onChange={(event) => {
                const next = shape.slice(0, -2).map((_, i) => leading[i] ?? 0);
                next[axis] = Math.min(size - 1, Math.max(0, Math.round(Number(event.target.value)) || 0));
                setLeading(next);
              }}
            />
          </label>
        ))}
      </div>
      {view === 'histogram' && <HistogramView statistics={statistics} tone={toneOf(named)} />}
      {slice && view === 'heatmap' && (
        <Heatmap
          values={slice.values}
          matrix={matrix}
          largest={largest}
          label={symbol}
          marked={cell}
          outlined={outlined}
          onHover={pick}
          onPick={pick}
        />
      )}
      {slice && view === 'table' && (
        <TensorTable
          values={slice.values}
          matrix={matrix}
          label={symbol}
          marked={cell}
          outlined={outlined}
          onPick={pick}
        />
      )}
      <p className={`${css.value} num`} role="status">
        {cell !== undefined && value !== undefined
          ? words.cell(indexOf(shape, leading, cell.row, cell.column).join(', '), formatFigure(value, 6))
          : ' '}
      </p>
      {factors && cell && <Products tab={tab} standing={standing} factors={factors} cell={cell} />}
      <dl className={css.stats}>
        {(['min', 'max', 'mean', 'norm', 'zeros', 'nonFinite'] as const).map((name) => (
          <div key={name}>
            <dt>{words.statistics[name]}</dt>
            <dd className="num">{formatFigure(statistics[name], 4)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
