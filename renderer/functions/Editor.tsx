import { useEffect, useEffectEvent, useRef } from 'react';
import { usePreferences } from '../stores/preferences.ts';
import { CodeEditor, type Mark } from './editor.ts';
import css from './Functions.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly source: string;
  readonly mark: Mark | undefined;
  readonly onChange: (source: string) => void;
  /** Told what is there, for whoever must close its lists. */
  readonly onReady: (editor: CodeEditor | null) => void;
}

/** CodeMirror in React: it keeps its own text, which begins as `source`. */
export default function Editor({ source, mark, onChange, onReady }: Props) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(null);
  const changed = useEffectEvent(onChange);
  const start = useEffectEvent((place: HTMLElement) => {
    const made = new CodeEditor({
      parent: place,
      source,
      language,
      label: words.editor,
      onChange: (text) => changed(text),
    });
    editor.current = made;
    onReady(made);
    made.focus();
    return () => {
      editor.current = null;
      onReady(null);
      made.destroy();
    };
  });
  useEffect(() => (parent.current === null ? undefined : start(parent.current)), []);
  const { line, column, message } = mark ?? {};
  useEffect(() => {
    const place = column === undefined ? {} : { column };
    editor.current?.mark(line === undefined ? undefined : { line, ...place, message: message ?? '' });
  }, [line, column, message]);
  return <div ref={parent} className={css.editor} data-code-editor="true" />;
}
