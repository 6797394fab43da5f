import type { Diagnostic } from '../../engine/graph/document.ts';
import { useProblemText } from '../text/problem.ts';
import styles from './Inspector.module.css';

/** What is wrong, and the remedy. */
export function Problems({ problems }: { readonly problems: readonly Diagnostic[] }) {
  const textOf = useProblemText();
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.node} ${problem.port} ${problem.message}`} data-severity={problem.severity}>
          <b>{textOf(problem).message}</b>
          <span>{textOf(problem).hint}</span>
        </li>
      ))}
    </ul>
  );
}
