import type { Diagnostic } from '../../engine/graph/document.ts';
import { removeWireOf, wireOf } from '../commands/node_edits.ts';
import { placeOf, showProblem } from '../commands/problems.ts';
import { useActiveTab } from '../stores/documents.ts';
import { useProblems } from '../stores/problems.ts';
import { useProblemText } from '../text/problem.ts';
import { useText } from '../text/text.ts';
import css from './Dock.module.css';

/** Everything wrong with the network or its run, each with its place and what to do. */
export function Problems() {
  const text = useText();
  const all = useProblems();
  const empty = (useActiveTab()?.document.nodes.length ?? 0) === 0;
  return (
    <section className={css.section} aria-label={text.problems.title}>
      <h3>
        {text.problems.title} {all.length > 0 && <span className="num dim">{all.length}</span>}
      </h3>
      {all.length === 0 && <p className={css.empty}>{empty ? text.problems.empty : text.problems.none}</p>}
      <ul className={css.scroll}>
        {all.map((problem) => (
          <li key={`${problem.code} ${problem.module} ${problem.node} ${problem.port} ${problem.message}`}>
            <Problem problem={problem} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Problem({ problem }: { readonly problem: Diagnostic }) {
  const text = useText();
  const { message, hint } = useProblemText()(problem);
  const words = (
    <>
      <span>
        <b>{placeOf(problem) ?? text.problems.whole}</b> {message}
      </span>
      <span className={css.hint}>{hint}</span>
    </>
  );
  if (problem.node === undefined)
    return (
      <div className={css.problem} data-severity={problem.severity}>
        {words}
      </div>
    );
  const wire = wireOf(problem);
  return (
    <>
      <button
        type="button"
        className={css.problem}
        data-severity={problem.severity}
        onClick={() => showProblem(problem)}
      >
        {words}
      </button>
      {wire && (
        <button type="button" className={css.remedy} onClick={() => removeWireOf(problem, wire)}>
          {text.problems.removeWire}
        </button>
      )}
    </>
  );
}
