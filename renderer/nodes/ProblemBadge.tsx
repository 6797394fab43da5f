import { Tooltip } from 'radix-ui';
import type { Diagnostic } from '../../engine/graph/document.ts';
import { useProblemText } from '../text/problem.ts';
import styles from './Card.module.css';

/** A mark on a node that has something wrong, with what is wrong and what to do about it. */
export function ProblemBadge({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  const textOf = useProblemText();
  const failing = diagnostics.some((d) => d.severity === 'error');
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        className={`nodrag ${styles.badge}`}
        data-severity={failing ? 'error' : 'warning'}
        data-problem={diagnostics[0]?.code}
        aria-label={diagnostics.map((d) => textOf(d).message).join('\n')}
      >
        {diagnostics.length > 1 ? diagnostics.length : '!'}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={styles.tooltip} side="top" sideOffset={6}>
          {diagnostics.map((d) => (
            <div key={d.code + d.message}>
              <b>{textOf(d).message}</b>
              <p>{textOf(d).hint}</p>
            </div>
          ))}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
