import { useDocuments } from '../stores/documents.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './TopBar.module.css';

const phases = ['batch', 'forward', 'loss', 'backward', 'optimizer'] as const;

/** What every iteration goes through; lit while iterations run. */
export function Phases() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const running = useRun((state) => state.runs[tab]?.state === 'running');
  return (
    <ol className={css.phases} data-on={running || undefined}>
      {phases.map((phase) => (
        <li key={phase} data-way={phase === 'backward' || phase === 'optimizer' ? 'backward' : 'forward'}>
          {text.phases[phase]}
        </li>
      ))}
    </ol>
  );
}
