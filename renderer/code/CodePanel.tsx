import { Tabs } from 'radix-ui';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Icon } from '../app/Icon.tsx';
import { copyFile, saveCode, toggleCode } from '../commands/code.ts';
import type { SavedFolder } from '../host/types.ts';
import { useCode, useCodeLanguage } from '../stores/code.ts';
import { useActiveTab, useDocuments } from '../stores/documents.ts';
import { hasLearned, whyNoWeights } from '../stores/learned.ts';
import { usePreferences } from '../stores/preferences.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './CodePanel.module.css';
import { languageNames, languages } from './languages.ts';
import { shownFiles, titleOf } from './lines.ts';
import { Standing } from './Standing.tsx';
import { useFileOfSelection } from './useFileOfSelection.ts';
import { useWords } from './words.ts';
import type { Code } from './written.ts';

/** CodeMirror is loaded when somebody looks at code. */
const CodeText = lazy(() => import('./CodeText.tsx'));

/** The document as code, as it is now: to be read beside the canvas, copied and saved. */
export function CodePanel() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const { written, code } = useCode();
  const language = useCodeLanguage();
  return (
    <section className={css.panel} aria-label={text.code.title} data-code="true">
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

function Files({ code, stale }: { readonly code: Code; readonly stale: boolean }) {
  const words = useWords();
  const paths = shownFiles(code.files);
  const [chosen, choose] = useFileOfSelection(code, paths);
  const file = code.files.get(chosen);
  if (file === undefined) return null;
  return (
    <Tabs.Root className={css.files} value={chosen} onValueChange={choose}>
      <div className={css.bar}>
        <Tabs.List className={css.tabs} aria-label={words.files}>
          {paths.map((path) => (
            <Tabs.Trigger key={path} value={path} className={css.tab} title={path}>
              {titleOf(path)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Copy key={chosen} path={chosen} stale={stale} />
      </div>
      <Tabs.Content value={chosen} className={css.content} tabIndex={-1}>
        <Suspense fallback={<p className={css.note}>{words.loading}</p>}>
          <CodeText path={chosen} file={file} label={words.code(titleOf(chosen))} stale={stale} />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  );
}

/** So long the button says that it was done, in milliseconds. */
const SAID = 1600;

function Copy({ path, stale }: { readonly path: string; readonly stale: boolean }) {
  const words = useWords();
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (done === 0) return;
    const timer = setTimeout(() => setDone(0), SAID);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    if (!stale && (await copyFile(path))) setDone((times) => times + 1);
  };
  return (
    <button
      type="button"
      className={css.button}
      data-copy="true"
      title={words.copyHelp(titleOf(path))}
      aria-disabled={stale}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{done > 0 ? words.copied : words.copy}</span>
    </button>
  );
}
