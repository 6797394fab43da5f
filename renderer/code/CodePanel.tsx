import { useState } from 'react';
import { Icon } from '../app/Icon.tsx';
import { saveCode, toggleCode } from '../commands/code.ts';
import type { SavedFolder } from '../host/types.ts';
import { useCode, useCodeLanguage } from '../stores/code.ts';
import { useActiveTab, useDocuments } from '../stores/documents.ts';
import { hasLearned, whyNoWeights } from '../stores/learned.ts';
import { usePreferences } from '../stores/preferences.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './CodePanel.module.css';
import { Files } from './Files.tsx';
import { languageNames, languages } from './languages.ts';
import { Standing } from './Standing.tsx';
import { useWords } from './words.ts';

/** The document as code, as it is now: to be read beside the canvas, copied and saved. */
export function CodePanel() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const { written, code } = useCode();
  const language = useCodeLanguage();
  // The border of a folded inspector has its button over the text.
  const atEdge = usePreferences(({ panels }) => !panels.inspector.open);
  return (
    <section className={css.panel} aria-label={text.code.title} data-code="true" data-edge={atEdge || undefined}>
      <header className={css.head}>
        <Languages />
        <WithWeights tab={tab} />
        <Saving key={`${tab} ${language}`} ready={written?.state === 'written'} />
      </header>
      {written !== null && <Standing written={written} language={language} />}
      {code !== null && <Files key={`${tab} ${language}`} code={code} stale={written?.state !== 'written'} />}
    </section>
  );
}

function Languages() {
  const words = useWords();
  const chosen = useCodeLanguage();
  const { setCode } = usePreferences.getState();
  return (
    <div className={css.languages} role="radiogroup" aria-label={words.language}>
      {languageNames.map((name) => (
        <label key={name}>
          <input type="radio" name="code-language" checked={name === chosen} onChange={() => setCode(name)} />
          {languages[name].title}
        </label>
      ))}
    </div>
  );
}

/** Whether the code starts from what the run has learned; nothing where there is no run. */
function WithWeights({ tab }: { readonly tab: string }) {
  const words = useWords();
  const isOn = usePreferences(({ codeWeights }) => codeWeights);
  const run = useRun((state) => state.runs[tab]) ?? noRun;
  const document = useActiveTab()?.document;
  if (document === undefined || run.trained === null) return null;
  const isPossible = hasLearned(run, document);
  const why = whyNoWeights(run) === 'failed' ? words.failed : words.edited;
  return (
    <label className={css.weights} title={isPossible ? words.weightsHelp : why} data-off={!isPossible}>
      <input
        type="checkbox"
        checked={isOn && isPossible}
        disabled={!isPossible}
        onChange={({ target }) => usePreferences.getState().setCodeWeights(target.checked)}
      />
      {words.weights}
    </label>
  );
}

function Saving({ ready }: { readonly ready: boolean }) {
  const words = useWords();
  const text = useText();
  const [saved, setSaved] = useState<SavedFolder>();
  const save = async () => {
    const folder = await saveCode();
    if (folder !== undefined) setSaved(folder);
  };
  return (
    <div className={css.actions}>
      {saved?.open && (
        <button type="button" className={css.button} title={saved.name} onClick={saved.open}>
          {words.open}
        </button>
      )}
      <button
        type="button"
        className={css.button}
        data-save="true"
        title={words.saveHelp}
        aria-disabled={!ready}
        onClick={() => void save()}
      >
        {words.save}
      </button>
      <button
        type="button"
        className={css.icon}
        aria-label={text.code.hide}
        title={text.code.hide}
        onClick={toggleCode}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
