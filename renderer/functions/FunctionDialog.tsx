import { lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import dialog from '../app/Dialogs.module.css';
import { Frame } from '../app/Frame.tsx';
import { editNode } from '../commands/node_edits.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useActiveDocument } from '../stores/documents.ts';
import { setSource } from '../stores/function_edits.ts';
import { codeOf, useFunctions } from '../stores/functions.ts';
import { nameOf } from '../stores/levels.ts';
import { usePreferences } from '../stores/preferences.ts';
import type { CodeEditor } from './editor.ts';
import css from './Functions.module.css';
import { useFunctionState, Verdict } from './Verdict.tsx';
import { problemWords, useWords } from './words.ts';

/** CodeMirror is loaded when somebody edits code. */
const Editor = lazy(() => import('./Editor.tsx'));

/** The code of a node, and what the check says of it. Saving is an edit of the document, and lets the code run. */
export function FunctionDialog({ id }: { readonly id: string }) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const document = useActiveDocument();
  const node = document.nodes.find((one) => one.id === id);
  const code = node && codeOf(node, document.modules);
  const state = useFunctionState(id);
  const [text, setText] = useState(code?.source ?? '');
  const [asking, setAsking] = useState(false);
  const editor = useRef<CodeEditor>(null);
  const { hide } = useDialogs.getState();
  const save = () => {
    if (code === undefined) return;
    setAsking(false);
    useFunctions.getState().allow([text]);
    editNode(id, (d) => setSource(d, id, code.setting, text));
  };
  useSaveKey(save);
  if (code === undefined) return null;

  const dirty = text !== code.source;
  const close = () => {
    if (dirty) setAsking(true);
    else hide();
  };
  const goOn = () => {
    setAsking(false);
    editor.current?.focus();
  };
  const problem = !dirty && state?.verdict === 'failed' ? state.problem : undefined;
  const { line, column } = problem ?? {};
  const mark =
    problem === undefined || line === undefined
      ? undefined
      : { line, ...(column === undefined ? {} : { column }), message: problemWords(problem, language).message };
  return (
    <Frame
      title={words.title(document.view.nodes[id]?.label ?? nameOf(id))}
      onClose={close}
      onEscape={() => editor.current?.closeCompletions() ?? false}
      wide
    >
      <Suspense fallback={<p className={css.editor}>{words.loading}</p>}>
        <Editor
          source={code.source}
          mark={mark}
          onChange={setText}
          onReady={(ready) => {
            editor.current = ready;
          }}
        />
      </Suspense>
      <footer className={css.footer}>
        <div className={css.told}>
          {asking ? (
            <p role="alert">{words.ask}</p>
          ) : dirty ? (
            <p>
              <b>{words.unsaved}</b> {words.hint}
            </p>
          ) : (
            <Verdict node={id} state={state} source={code.source} />
          )}
        </div>
        <div className={dialog.buttons}>
          {asking && (
            <>
              <button type="button" onClick={hide}>
                {words.discard}
              </button>
              <button type="button" onClick={goOn}>
                {words.keep}
              </button>
            </>
          )}
          <button
            type="button"
            className={dialog.primary}
            title="Ctrl+S"
            onClick={() => {
              save();
              if (asking) hide();
              else editor.current?.focus();
            }}
          >
            {words.save}
          </button>
        </div>
      </footer>
    </Frame>
  );
}

/** Ctrl+S saves the code while the dialog is open, wherever the focus is; the document's own shortcuts rest. */
function useSaveKey(save: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    save();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
