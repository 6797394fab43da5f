import { formatFigure } from '../nodes/figures.ts';
import { useDocuments } from '../stores/documents.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './Dock.module.css';

/** Results of the evaluation after each epoch, the latest on top; absent while there are none. */
export function Evaluations() {
  const text = useText().evaluation;
  const tab = useDocuments((state) => state.active);
  const results = useRun((state) => state.runs[tab]?.evaluations);
  if (results === undefined || results.length === 0) return null;
  const accuracies = results.some((result) => result.accuracy !== undefined);
  return (
    <section className={css.section} aria-label={text.title}>
      <h3>{text.title}</h3>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{text.epoch}</th>
              <th> </th>
              <th>{text.loss}</th>
              {accuracies && <th>{text.accuracy}</th>}
            </tr>
          </thead>
          <tbody>
            {results.toReversed().map(({ epoch, split, loss, accuracy }) => (
              <tr key={`${epoch} ${split}`}>
                <td className="num">{epoch}</td>
                <td className="dim">{text.split[split]}</td>
                <td className="num">{formatFigure(loss, 4)}</td>
                {accuracies && (
                  <td className="num">{accuracy === undefined ? '' : `${(100 * accuracy).toFixed(2)}%`}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
