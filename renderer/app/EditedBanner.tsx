import { firstObstacle, placeOf, showProblem } from '../commands/problems.ts';
import { restart } from '../commands/training.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveTab } from '../stores/documents.ts';
import { editedSince } from '../stores/edited.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import { CommandButton } from './CommandButton.tsx';
import css from './EditedBanner.module.css';

/** Says that the session trains another network than the one on the canvas, and what keeps that from being trained. */
export function EditedBanner() {
  const text = useText();
  const tab = useActiveTab();
  const diagnosis = useDiagnosis();
  const trained = useRun((state) => (tab === undefined ? null : (state.runs[tab.id]?.trained ?? null)));
  if (tab === undefined || trained === null || !editedSince(trained, tab.document)) return null;
  const problem = firstObstacle(diagnosis);
  if (problem !== undefined)
    return (
      <div className={css.banner} title={text.edited.mend(placeOf(problem))}>
        <span role="status">{text.edited.broken(placeOf(problem))}</span>
        <button type="button" onClick={() => showProblem(problem)}>
          {text.edited.show}
        </button>
        <CommandButton id="edit.undo">{text.command['edit.undo']}</CommandButton>
      </div>
    );
  return (
    <div className={css.banner} title={text.edited.help}>
      <span role="status">{text.edited.title}</span>
      <button type="button" onClick={() => void restart()}>
        {text.edited.restart}
      </button>
      <button type="button" title={text.edited.keepHelp} onClick={() => void restart(true)}>
        {text.edited.keep}
      </button>
    </div>
  );
}
