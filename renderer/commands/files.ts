import type { Diagnostic } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument, sizeProblem } from '../../engine/graph/parse.ts';
import { host } from '../host/host.ts';
import type { FileHandle } from '../host/types.ts';
import { arranged } from '../layout/arrange.ts';
import { askElk } from '../layout/elk.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { activeTab, isDirty, useDocuments } from '../stores/documents.ts';
import { toast } from '../stores/toasts.ts';
import { problemLine } from '../text/problem.ts';
import { currentText } from '../text/text.ts';

const ENDING = '.gradloom.json';

/** `xor.gradloom.json` → `xor`. */
const titleOf = (fileName: string): string => fileName.replace(/(\.gradloom)?\.json$/i, '') || fileName;

export async function openFile(): Promise<void> {
  try {
    const file = await host.openFile();
    if (file !== undefined) await open(file.text, file.name, file.handle);
  } catch (error) {
    notOpened('', error);
  }
}

/** Opens what was dropped on the window. */
export async function openDropped(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const tooLarge = sizeProblem(file.size);
    if (tooLarge !== undefined) report(file.name, [tooLarge]);
    else
      await file.text().then(
        (text) => open(text, file.name),
        (error: unknown) => notOpened(file.name, error),
      );
  }
}

/** Opens a shipped document: a copy, since it belongs to no file of the user's. */
export function openText(text: string, name: string): void {
  report(name, useDocuments.getState().open(text, name));
}

/** Opens a file, which may have been written by hand: what has no place in it is laid out, and that is no edit. */
async function open(text: string, fileName: string, handle: FileHandle | null = null): Promise<void> {
  const { document, diagnostics = [] } = parseDocument(text);
  if (document === undefined) report(fileName, diagnostics);
  else useDocuments.getState().show(await arranged(document, askElk), titleOf(fileName), handle);
}

/** Writes the tab to its file, or to one that the user chooses. False: it is as unsaved as before. */
export async function saveTab(id: string, elsewhere = false): Promise<boolean> {
  const tab = useDocuments.getState().tabs.find((t) => t.id === id);
  if (tab === undefined) return false;
  const { document } = tab;
  try {
    const handle = await host.saveFile(formatDocument(document), `${tab.name}${ENDING}`, elsewhere ? null : tab.handle);
    if (handle === undefined) return false;
    useDocuments.getState().markSaved(id, document, titleOf(handle.name), handle);
    toast(currentText().toast.saved(handle.name));
    return true;
  } catch (error) {
    toast(currentText().toast.notSaved(tab.name), [wordsOf(error)], 'bad');
    return false;
  }
}

export async function saveActive(elsewhere = false): Promise<void> {
  const tab = activeTab();
  if (tab !== undefined) await saveTab(tab.id, elsewhere);
}

/** Closes a tab, asking first if something would be lost. */
export function closeTab(id: string): void {
  const tab = useDocuments.getState().tabs.find((t) => t.id === id);
  if (tab === undefined) return;
  if (isDirty(tab)) useDialogs.getState().show({ type: 'unsaved', tab: id });
  else useDocuments.getState().close(id);
}

function report(name: string, problems: readonly Diagnostic[]): void {
  if (problems.length === 0) return;
  toast(currentText().toast.notOpened(name), problems.map(problemLine), 'bad');
}

const notOpened = (name: string, error: unknown) => toast(currentText().toast.notOpened(name), [wordsOf(error)], 'bad');

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
