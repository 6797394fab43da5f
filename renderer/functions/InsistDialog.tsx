import type { FunctionUse } from '../../engine/graph/functions.ts';
import dialog from '../app/Dialogs.module.css';
import { Frame } from '../app/Frame.tsx';
import { useDialogs } from '../stores/dialogs.ts';
import { useActiveTab } from '../stores/documents.ts';
import { stateOf, useFunctions } from '../stores/functions.ts';
import { insistOn } from '../stores/insistence.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Functions.module.css';
import { doubtLines, useWords } from './words.ts';

interface Props {
  readonly functions: readonly FunctionUse[];
  readonly go: () => void;
}

/** Asks before a function is trained whose backward is wrong, or could not be checked. */
export function InsistDialog({ functions, go }: Props) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const known = useFunctions();
  const labels = useActiveTab()?.document.view.nodes ?? {};
  const { hide } = useDialogs.getState();
  return (
    <Frame title={words.insistTitle} onClose={hide}>
      {functions.map((use) => {
        const state = stateOf(use, known);
        const name = use.module === undefined ? (labels[use.node]?.label ?? use.name) : use.name;
        return (
          <div key={use.name} className={css.doubt}>
            <p>{state.verdict === 'wrong' ? words.insistWrong(name) : words.insistFailed(name)}</p>
            {doubtLines(state, use.source, language).map((line) => (
              <p key={line} className={css.reason}>
                {line}
              </p>
            ))}
          </div>
        );
      })}
      <p className={dialog.text}>{words.insistText}</p>
      <div className={dialog.buttons}>
        <button type="button" onClick={hide}>
          {words.cancel}
        </button>
        <button
          type="button"
          className={dialog.primary}
          onClick={() => {
            hide();
            insistOn(functions);
            go();
          }}
        >
          {words.insist}
        </button>
      </div>
    </Frame>
  );
}
