import { useEffect, useEffectEvent, useRef } from 'react';
import type { CodeFile } from '../../engine/export/exported.ts';
import { goToLine, lightNodesOf } from '../commands/code.ts';
import { activeTab } from '../stores/documents.ts';
import { usePointed } from '../stores/pointed.ts';
import { useSelection } from '../stores/selection.ts';
import css from './CodePanel.module.css';
import { CodeView } from './code_view.ts';
import { linesOfShown } from './lines.ts';

interface Props {
  readonly path: string;
  readonly file: CodeFile;
  readonly label: string;
  /** There is no code of the document as it is now: this is how it was. */
  readonly stale: boolean;
}

/** One file, to be read. What the pointer is at and what is selected is marked past React. */
export default function CodeText({ path, file, label, stale }: Props) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView>(null);
  const point = useEffectEvent((line: number | undefined) => lightNodesOf(path, line));
  const pick = useEffectEvent((line: number) => goToLine(path, line));
  const mark = useEffectEvent((reveal: boolean) => {
    const tab = activeTab();
    if (tab === undefined) return;
    const { node } = usePointed.getState();
    const marks = {
      lit: linesOfShown(file, tab, node === null ? [] : [node]),
      chosen: linesOfShown(file, tab, useSelection.getState().nodes),
    };
    view.current?.mark(marks, reveal);
  });
  const start = useEffectEvent((place: HTMLElement) => {
    const made = new CodeView({ parent: place, label, onPoint: (line) => point(line), onPick: (line) => pick(line) });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
      usePointed.getState().light([]);
    };
  });
  useEffect(() => (parent.current === null ? undefined : start(parent.current)), []);
  useEffect(() => view.current?.label(label), [label]);
  useEffect(() => {
    view.current?.show(path, file.text);
    mark(false);
  }, [path, file]);
  useEffect(() => {
    const stops = [usePointed.subscribe(() => mark(false)), useSelection.subscribe(() => mark(true))];
    mark(true);
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return <div ref={parent} className={css.text} data-code-text={path} data-stale={stale || undefined} />;
}
