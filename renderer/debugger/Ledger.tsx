import { Fragment, useState } from 'react';
import type { LedgerRow, NoGradient } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { formatFigure } from '../nodes/figures.ts';
import { type Names, useNames } from '../stores/names.ts';
import { lookedAt, type Standing, useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { foldRows } from './ledger_rows.ts';
import { Name } from './Name.tsx';
import quiet from './NoGradient.module.css';
import { useSentence } from './no_gradient_words.ts';
import { titleOf } from './titles.ts';
import { useAsked } from './useAsked.ts';
import { useWords } from './words.ts';

/** How a parameter's gradient comes together in this iteration: one row for each use, with its share and its direction. */
export function Ledger({
  tab,
  standing,
  parameter,
  why,
}: {
  readonly tab: string;
  readonly standing: Standing;
  readonly parameter: string;
  /** Of one that this pass gives nothing: why. */
  readonly why?: NoGradient | undefined;
}) {
  const words = useWords();
  const names = useNames(tab);
  const rows = useAsked(standing, parameter, () => engine.ledger(tab, parameter));
  const [whole, setWhole] = useState<string>();
  const sentence = useSentence();
  if (rows === undefined) return null;
  const { first, leftOut, last } = foldRows(rows, whole === parameter);
  const uses = rows.filter((row) => row.kind === 'added');
  const looked = lookedAt(standing);
  const most = Math.max(...uses.map(({ norm }) => norm), Number.MIN_VALUE);
  return (
    <section
      className={css.ledger}
      aria-label={words.ledger(names.whole(parameter))}
      data-testid="ledger"
      data-tour="ledger"
    >
      <h3>
        <span>
          <Name>{words.ledger(names.own(parameter))}</Name>
        </span>
        <span className="num dim">{words.uses(uses.length)}</span>
      </h3>
      <p className={css.legend}>{words.ledgerHelp}</p>
      {why !== undefined && <p className={quiet.reason}>{sentence(why)}</p>}
      <table>
        <thead>
          <tr>
            <th />
            <th scope="col">{words.use}</th>
            <th scope="col">‖g‖</th>
            <th scope="col">cos</th>
            <th scope="col">‖Σ‖</th>
          </tr>
        </thead>
        <tbody>
          {[...first, ...(leftOut > 0 ? [null] : []), ...last].map((numbered) =>
            numbered === null ? (
              <tr key="left out">
                <td />
                <td colSpan={4}>
                  <button type="button" className={css.link} onClick={() => setWhole(parameter)}>
                    … {words.rest(leftOut)}
                  </button>
                </td>
              </tr>
            ) : (
              <Row
                key={numbered.at}
                row={numbered.row}
                names={names}
                use={numbered.row.kind === 'added' ? uses.indexOf(numbered.row) + 1 : 0}
                most={most}
                isLooked={'position' in numbered.row && numbered.row.position === looked}
                onLook={(position) => useStanding.getState().look(tab, position)}
              />
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}

function Row({
  row,
  names,
  use,
  most,
  isLooked,
  onLook,
}: {
  readonly row: LedgerRow;
  readonly names: Names;
  readonly use: number;
  readonly most: number;
  readonly isLooked: boolean;
  readonly onLook: (position: number) => void;
}) {
  const words = useWords();
  const figure = (value: number) => formatFigure(value, 4);
  switch (row.kind) {
    case 'none':
      return <Note words={words.began} />;
    case 'carried':
      return <Note words={words.carried} value={figure(row.norm)} />;
    case 'cleared':
      return <Note words={`${names.use(row.address)}: ${words.cleared}`} />;
    case 'skipped':
      return <Note words={words.skipped(row.op)} />;
    case 'added':
      return (
        <tr data-looked={isLooked || undefined} onClick={() => onLook(row.position)}>
          <td className={css.symbolCell}>
            g<sub>{use}</sub>
          </td>
          <td className="num">
            <button type="button" aria-current={isLooked}>
              <Name>{names.use(row.address)}</Name>
            </button>
            <span className={css.bar} style={{ width: `${Math.max(2, (100 * row.norm) / most)}%` }} />
          </td>
          <td className="num">{figure(row.norm)}</td>
          <td className="num dim">{row.cosine.toFixed(2)}</td>
          <td className="num">{figure(row.sum)}</td>
        </tr>
      );
    case 'updated':
      return (
        <tr data-looked={isLooked || undefined} onClick={() => onLook(row.position)}>
          <td className={css.symbolCell}>→</td>
          <td colSpan={2}>
            <button type="button" aria-current={isLooked}>
              {titleOf({ phase: 'update', address: row.address, op: row.op }, words, names)}
            </button>
            {Object.entries(row.memory).map(([name, norm]) => (
              <Fragment key={name}>
                {' '}
                <span className="num dim">{`‖${name}‖ ${figure(norm)}`}</span>
              </Fragment>
            ))}
          </td>
          <td className="num" title={words.stepTaken} colSpan={2}>
            {row.step === undefined ? '' : `Δ ${figure(row.step)}`}
          </td>
        </tr>
      );
    default:
      return row satisfies never;
  }
}

function Note({ words, value = '' }: { readonly words: string; readonly value?: string }) {
  return (
    <tr className="dim">
      <td />
      <td colSpan={2}>{words}</td>
      <td className="num" colSpan={2}>
        {value}
      </td>
    </tr>
  );
}
