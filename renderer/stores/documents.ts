import { create } from 'zustand';
import type { Diagnostic, GraphDocument } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { FileHandle } from '../host/types.ts';
import { withoutGoneBreakpoints } from './followed_breakpoints.ts';
import { withoutGone } from './gone_draws.ts';
import type { History } from './history.ts';
import { record, seal, startHistory, stepBack, stepForward } from './history.ts';
import { definitionOf, type Scope, scoped, unscoped } from './scope.ts';
import { useSelection } from './selection.ts';
import { spliced } from './splice.ts';
import { unspliced } from './unsplice.ts';

/** An open document and its history. */
export interface Tab extends History<GraphDocument> {
  readonly id: string;
  readonly name: string;
  /** The document as it stands where it came from; null if it never was in a file. */
  readonly saved: GraphDocument | null;
  /** The file it is saved to; null: ask. */
  readonly handle: FileHandle | null;
  /** The definition that is on the canvas, and those through which the way led to it; none: the document itself. */
  readonly scope: readonly Scope[];
}

interface Documents {
  readonly tabs: readonly Tab[];
  /** Id of the tab in front; '' on the start page. */
  readonly active: string;
  /**
   * Changes what is on the canvas: the active document, or the definition that is open, seen as a document. Consecutive edits of
   * one mark (typing in a field, a drag) are one step of undo.
   */
  edit(recipe: (document: GraphDocument) => GraphDocument, options?: { readonly mark?: string }): void;
  /** Changes the active document, whatever is on the canvas. */
  editWhole(recipe: (document: GraphDocument) => GraphDocument): void;
  /** Opens a definition on the canvas, or goes back to one on the way, or to the document. */
  enter(scope: readonly Scope[]): void;
  /** Ends the step under way: a field lost focus, a drag ended. */
  seal(): void;
  undo(): void;
  redo(): void;
  /** Opens a document in a new tab; or says all that is wrong with it, and what was open stays as it was. */
  open(text: string, name: string, handle?: FileHandle | null): readonly Diagnostic[];
  /** Shows a document in a new tab, as it stands in its file. */
  show(document: GraphDocument, name: string, handle?: FileHandle | null): void;
  /** A new empty document in a new tab. Returns the tab's id. */
  create(): string;
  close(id: string): void;
  activate(id: string): void;
  /** `document` is in the file now (it may be older than the present one). */
  markSaved(id: string, document: GraphDocument, name: string, handle: FileHandle | null): void;
  /** Puts back the tabs of a backup. */
  restore(tabs: readonly RestoredTab[], active: string): void;
}

export interface RestoredTab {
  readonly id: string;
  readonly name: string;
  readonly document: GraphDocument;
  readonly saved: GraphDocument | null;
}

/** Also the id of the tab's session and backup, so it is never used twice, in other pages neither. */
const freshTabId = () => `tab-${crypto.randomUUID()}`;

const newTab = (
  name: string,
  document: GraphDocument,
  saved: GraphDocument | null,
  handle: FileHandle | null,
): Tab => ({
  ...startHistory(document),
  id: freshTabId(),
  name,
  saved,
  handle,
  scope: [],
});

export const useDocuments = create<Documents>((set, get) => {
  const changeActive = (change: (tab: Tab) => Tab) =>
    set(({ tabs, active }) => ({ tabs: tabs.map((tab) => (tab.id === active ? change(tab) : tab)) }));
  const show = (tab: Tab) => {
    useSelection.getState().clear();
    set(({ tabs }) => ({ tabs: [...tabs, tab], active: tab.id }));
  };
  return {
    tabs: [],
    active: '',
    edit: (recipe, options) =>
      changeActive((tab) => {
        const edited = editedOn(tab.document, moduleOf(tab), recipe);
        return record(tab, settled(tab.document, edited), options?.mark ?? null);
      }),
    editWhole: (recipe) => changeActive((tab) => record(tab, settled(tab.document, recipe(tab.document)))),
    enter: (scope) => {
      useSelection.getState().clear();
      changeActive((tab) => ({ ...tab, scope }));
    },
    seal: () => {
      if (activeTab()?.mark != null) changeActive(seal);
    },
    undo: () => changeActive((tab) => stepBack(tab)),
    redo: () => changeActive((tab) => stepForward(tab)),
    open: (text, name, handle = null) => {
      const parsed = parseDocument(text);
      if (parsed.document === undefined) return parsed.diagnostics;
      get().show(parsed.document, name, handle);
      return [];
    },
    show: (document, name, handle = null) => show(newTab(name, document, document, handle)),
    create: () => {
      const names = new Set(get().tabs.map((tab) => tab.name));
      let name = 'untitled';
      for (let n = 2; names.has(name); n++) name = `untitled-${n}`;
      const document = emptyDocument(name);
      const tab = newTab(name, document, document, null);
      show(tab);
      return tab.id;
    },
    close: (id) =>
      set(({ tabs, active }) => {
        const at = tabs.findIndex((tab) => tab.id === id);
        const rest = tabs.filter((tab) => tab.id !== id);
        if (id !== active) return { tabs: rest };
        useSelection.getState().clear();
        return { tabs: rest, active: rest[Math.min(at, rest.length - 1)]?.id ?? '' };
      }),
    activate: (active) => {
      if (active === get().active) return;
      useSelection.getState().clear();
      set({ active });
    },
    markSaved: (id, document, name, handle) =>
      set(({ tabs }) => ({
        tabs: tabs.map((tab) => (tab.id === id ? { ...tab, saved: document, name, handle } : tab)),
      })),
    restore: (restored, active) =>
      set(({ tabs }) => {
        const back = restored
          .filter(({ id }) => !tabs.some((tab) => tab.id === id))
          .map(
            ({ id, name, document, saved }): Tab => ({
              ...startHistory(document),
              id,
              name,
              saved,
              handle: null,
              scope: [],
            }),
          );
        const all = [...tabs, ...back];
        return { tabs: all, active: all.some((tab) => tab.id === active) ? active : (all.at(-1)?.id ?? '') };
      }),
  };
});

/** An edited document without the names of what the edit took away. */
const settled = (before: GraphDocument, after: GraphDocument): GraphDocument =>
  withoutGoneBreakpoints(before, withoutGone(before, after));

export function activeTab(): Tab | undefined {
  const { tabs, active } = useDocuments.getState();
  return tabs.find((tab) => tab.id === active);
}

const nothing = emptyDocument();

/** The tab in front, for components; undefined on the start page. */
export const useActiveTab = (): Tab | undefined =>
  useDocuments(({ tabs, active }) => tabs.find((tab) => tab.id === active));

/** The definition that a tab shows, by name; null for the document itself, also where undo has taken the definition away. */
export function moduleOf({ scope, document }: Pick<Tab, 'scope' | 'document'>): string | null {
  const module = scope.at(-1)?.module;
  return module === undefined || definitionOf(document, module) === undefined ? null : module;
}

/**
 * What a tab has on the canvas: its document, or the definition that is open, seen as a document; with the definitions of unfolded
 * instances in them.
 */
export const graphOf = (tab: Pick<Tab, 'scope' | 'document'>): GraphDocument =>
  spliced(scoped(tab.document, moduleOf(tab)));

/** A document with what `recipe` changed on the canvas, where the definition `module` of it is, or null: it itself. */
export function editedOn(
  document: GraphDocument,
  module: string | null,
  recipe: (graph: GraphDocument) => GraphDocument,
): GraphDocument {
  const graph = scoped(document, module);
  return unscoped(document, module, unspliced(graph, recipe(spliced(graph))));
}

export function activeGraph(): GraphDocument | undefined {
  const tab = activeTab();
  return tab && graphOf(tab);
}

/** The same for components; an empty document where nothing is open. */
export function useActiveDocument(): GraphDocument {
  const tab = useActiveTab();
  return tab === undefined ? nothing : graphOf(tab);
}

export const isDirty = (tab: Tab): boolean => tab.document !== tab.saved;
