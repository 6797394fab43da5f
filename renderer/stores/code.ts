import { create } from 'zustand';
import type { Diagnostic } from '../../engine/graph/document.ts';
import { type CodeLanguageName, languageNamed } from '../code/languages.ts';
import { type Code, sameCode, type Written, write } from '../code/written.ts';
import { activeTab, type Tab, useDocuments } from './documents.ts';
import { useFunctions } from './functions.ts';
import { hasLearned } from './learned.ts';
import { type Language, usePreferences } from './preferences.ts';
import { runOf, useRun } from './run.ts';

interface CodeState {
  /** What the active document is in the chosen language; null while nobody looks. */
  readonly written: Written | null;
  /** The code of it that is shown: where it cannot be written now, the last that could be. */
  readonly code: Code | null;
  /** What the language cannot say, at its nodes. */
  readonly refusals: readonly Diagnostic[];
}

const nothing: CodeState = { written: null, code: null, refusals: [] };

export const useCode = create<CodeState>(() => nothing);

/** The language that code is shown in. */
export const useCodeLanguage = (): CodeLanguageName => usePreferences(({ code }) => languageNamed(code));

/** Longer than this, in milliseconds, an edit is not held up: what takes more is written once the hand rests. */
const PATIENCE = 12;
const REST = 80;

interface Asked {
  readonly tab: string;
  readonly document: Tab['document'];
  readonly language: CodeLanguageName;
  readonly withWeights: boolean;
  /** The language of the app, and so of the comments. */
  readonly words: Language;
  readonly functions: object;
}

let asked: Asked | undefined;
let took = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

function look(): void {
  const tab = activeTab();
  const { panels, code, codeWeights, language: words } = usePreferences.getState();
  const language = languageNamed(code);
  clearTimeout(waiting);
  waiting = undefined;
  if (tab === undefined || !panels.code.open) {
    asked = undefined;
    if (useCode.getState() !== nothing) useCode.setState(nothing);
    return;
  }
  const functions = useFunctions.getState();
  const withWeights = codeWeights && hasLearned(runOf(tab.id), tab.document);
  const ask: Asked = { tab: tab.id, document: tab.document, language, withWeights, words, functions };
  const before = asked;
  const isSame = before?.tab === tab.id && before.language === language;
  if (
    isSame &&
    before.functions === functions &&
    before.withWeights === withWeights &&
    before.words === words &&
    sameCode(before.document, tab.document)
  )
    return;
  const give = () => {
    waiting = undefined;
    asked = ask;
    answer(ask, isSame);
  };
  if (isSame && took > PATIENCE) waiting = setTimeout(give, REST);
  else give();
}

function answer({ document, language, withWeights, words }: Asked, isSame: boolean): void {
  const start = performance.now();
  const written = write(document, language, { withWeights, words });
  took = performance.now() - start;
  const before = isSame ? useCode.getState().code : null;
  useCode.setState({
    written,
    code: written.state === 'written' ? written.code : before,
    refusals: written.state === 'refused' ? written.problems : nothing.refusals,
  });
}

/** Writes the code once more, where what was asked of the user has changed. */
export function rewriteCode(): void {
  asked = undefined;
  look();
}

/** Writes now what waits for the hand to rest: it is to be taken away. */
export function settleCode(): void {
  if (waiting !== undefined) rewriteCode();
}

/** Keeps the code of the active document current as long as somebody looks at it. */
export function followCode(): () => void {
  const stops = [useDocuments, useFunctions, usePreferences, useRun].map((store) => store.subscribe(look));
  look();
  return () => {
    clearTimeout(waiting);
    for (const stop of stops) stop();
  };
}
