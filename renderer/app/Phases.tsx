import { useDocuments } from '../stores/documents.ts';
import { useRun } from '../stores/run.ts';
import { useStanding } from '../stores/standing.ts';
import { useText } from '../text/text.ts';
import css from './TopBar.module.css';

const phases = ['batch', 'forward', 'loss', 'backward', 'optimizer'] as const;

/** What every iteration goes through; lit while iterations run, and where one stands the phase it is in. */
export function Phases() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const running = useRun((state) => state.runs[tab]?.state === 'running');
  const phase = useStanding((state) => state.standing[tab]?.entry?.phase);
  const now = phase === 'update' ? 'optimizer' : phase;
  return (
    <ol className={css.phases} data-on={running || undefined}>
      {phases.map((phase) => (
        <li
          key={phase}
          data-way={phase === 'backward' || phase === 'optimizer' ? 'backward' : 'forward'}
          aria-current={phase === now ? 'step' : undefined}
        >
          {text.phases[phase]}
        </li>
      ))}
    </ol>
  );
}
