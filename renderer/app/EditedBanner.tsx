import { restart } from '../commands/training.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveTab } from '../stores/documents.ts';
import { editedSince } from '../stores/edited.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './EditedBanner.module.css';

/** Says that the session trains another network than the one on the canvas. */
export function EditedBanner() {
  const text = useText();
  const tab = useActiveTab();
  const { sound } = useDiagnosis();
  const trained = useRun((state) => (tab === undefined ? null : (state.runs[tab.id]?.trained ?? null)));
  if (tab === undefined || trained === null || !editedSince(trained, tab.document)) return null;
  return (
    <div className={css.banner} title={text.edited.help}>
      <span role="status">{text.edited.title}</span>
      <button type="button" disabled={!sound} onClick={() => void restart()}>
        {text.edited.restart}
      </button>
      <button type="button" disabled={!sound} title={text.edited.keepHelp} onClick={() => void restart(true)}>
        {text.edited.keep}
      </button>
    </div>
  );
}
