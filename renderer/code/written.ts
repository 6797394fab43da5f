import type { CodeFile, PackageName, StateEntry } from '../../engine/export/exported.ts';
import { hasErrors } from '../../engine/graph/check.ts';
import type { Diagnostic, GraphDocument, GraphView } from '../../engine/graph/document.ts';
import type { FunctionUse } from '../../engine/graph/functions.ts';
import { textOfNote } from '../canvas/notes.ts';
import { diagnose, functionsOf, functionsToRun } from '../stores/diagnosis.ts';
import { knownTraces, stateOf, useFunctions } from '../stores/functions.ts';
import { hasInsisted } from '../stores/insistence.ts';
import type { Language } from '../stores/preferences.ts';
import { type CodeLanguageName, languages } from './languages.ts';

/** The files of an export. */
export interface Code {
  readonly files: ReadonlyMap<string, CodeFile>;
  /** Files of data sets that go beside them, by their paths there: the names under which data sets have them. */
  readonly data: ReadonlyMap<string, string>;
  readonly packages: ReadonlyMap<string, PackageName>;
  /** What a file of trained weights has to hold, and whether the code loads one: else it draws its own. */
  readonly state: readonly StateEntry[];
  readonly loadsWeights: boolean;
}

/** What a document is as code, or why there is none. As `gradloom export` asks it, but nothing is run for it. */
export type Written =
  | { readonly state: 'written'; readonly code: Code }
  /** Nothing is wired yet. */
  | { readonly state: 'empty' }
  /** What the check finds wrong with the network, in any language. */
  | { readonly state: 'wrong'; readonly problems: readonly Diagnostic[] }
  /** What this language cannot say: warnings, since the network can be trained all the same. */
  | { readonly state: 'refused'; readonly problems: readonly Diagnostic[] }
  /** The code of functions of the user's own was not run yet; `going`: it is now. */
  | { readonly state: 'unchecked'; readonly going: boolean }
  /** The backward of these functions failed its check. */
  | { readonly state: 'doubtful'; readonly functions: readonly FunctionUse[] }
  /** The exporter came to a stop that it does not know of: a mistake of ours. */
  | { readonly state: 'broken'; readonly reason: string };

interface Wanted {
  /** It starts from trained weights. */
  readonly withWeights?: boolean;
  /** The language of its comments: that in which the notes are read on the canvas. */
  readonly words?: Language;
}

/** The document in a language. */
export function write(document: GraphDocument, language: CodeLanguageName, wanted: Wanted = {}): Written {
  const { withWeights = false, words = 'en' } = wanted;
  if (document.nodes.length === 0) return { state: 'empty' };
  const { diagnostics } = diagnose(document);
  if (hasErrors(diagnostics))
    return { state: 'wrong', problems: diagnostics.filter(({ severity }) => severity === 'error') };
  const functions = useFunctions.getState();
  const pending = functionsToRun(document).filter(({ traced }) => traced === undefined);
  if (pending.length > 0)
    return { state: 'unchecked', going: pending.some((use) => stateOf(use, functions).verdict === 'checking') };
  const doubtful = functionsOf(document).filter(
    (use) => stateOf(use, functions).verdict !== 'verified' && !hasInsisted(use),
  );
  if (doubtful.length > 0) return { state: 'doubtful', functions: doubtful };
  try {
    const exported = languages[language].write(notedIn(words, document), knownTraces, { withWeights });
    if (exported.files === undefined) return { state: 'refused', problems: exported.diagnostics.map(asWarning) };
    return { state: 'written', code: { ...exported, loadsWeights: withWeights } };
  } catch (error) {
    // What is open and not saved must not go down with it.
    return { state: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The document with the notes that are read in a language in the place of all. */
function notedIn(language: Language, document: GraphDocument): GraphDocument {
  const noted = <View extends GraphView>(view: View): View =>
    view.notes === undefined
      ? view
      : { ...view, notes: view.notes.map((note) => ({ ...note, text: { en: textOfNote(note, language) } })) };
  const { modules } = document.view;
  const looks = modules && Object.fromEntries(Object.entries(modules).map(([name, view]) => [name, noted(view)]));
  return { ...document, view: { ...noted(document.view), ...(looks && { modules: looks }) } };
}

const asWarning = (problem: Diagnostic): Diagnostic => ({ ...problem, severity: 'warning' });

/** Do two documents make the same code? By identity but for names and notes, which moves leave as they are. */
export const sameCode = (a: GraphDocument, b: GraphDocument): boolean =>
  a.nodes === b.nodes &&
  a.wires === b.wires &&
  a.data === b.data &&
  a.run === b.run &&
  a.modules === b.modules &&
  a.name === b.name &&
  (a.view === b.view || wordsIn(a) === wordsIn(b));

/** The names and notes of a document and its definitions. */
function wordsIn({ view }: GraphDocument): string {
  const views = [view, ...Object.values(view.modules ?? {})];
  return JSON.stringify(
    views.map(({ nodes, notes = [] }) => [
      Object.entries(nodes).flatMap(([id, { label }]) => (label === undefined ? [] : [[id, label]])),
      notes.map(({ x: _x, y: _y, width: _width, ...note }) => note),
    ]),
  );
}
