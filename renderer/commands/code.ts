import { type PackageName, WEIGHTS } from '../../engine/export/exported.ts';
import { weightsFile } from '../../engine/export/weights_file.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { EngineError } from '../../engine/protocol/client.ts';
import { servedPackages } from '../code/languages.ts';
import { innermost, shownOn } from '../code/lines.ts';
import { wordsOf } from '../code/words.ts';
import type { Code } from '../code/written.ts';
import { host } from '../host/host.ts';
import type { FolderFiles, SavedFolder } from '../host/types.ts';
import { settleCode, useCode } from '../stores/code.ts';
import { activeTab, type Tab } from '../stores/documents.ts';
import { usePointed } from '../stores/pointed.ts';
import { usePreferences } from '../stores/preferences.ts';
import { toast } from '../stores/toasts.ts';
import { canvasActions } from './canvas_actions.ts';
import { goTo } from './go_to.ts';
import { learnedWeights, linesOf } from './weights.ts';

const words = () => wordsOf(usePreferences.getState().language);

/** Pixels of a canvas on which a network is still read beside its code. */
const ROOM = 440;

/** Did the palette make room? Then it comes back. */
let hasFolded = false;

/**
 * Opens the panel of code, for which the palette makes room where there is little, or closes it. Who saw the whole network still does,
 * and who has not looked for a place of their own sees all of it beside the code.
 */
export function toggleCode(): void {
  const { panels, setPanel } = usePreferences.getState();
  const { code, palette, inspector } = panels;
  const canvas = canvasActions();
  const showsAll = canvas?.seesAll() || canvas?.hasFirstView();
  if (code.open) {
    if (hasFolded) setPanel('palette', { open: true });
    hasFolded = false;
  } else {
    const taken = code.size + palette.size + (inspector.open ? inspector.size : 0);
    hasFolded = palette.open && innerWidth - taken < ROOM;
    if (hasFolded) setPanel('palette', { open: false });
  }
  setPanel('code', { open: !code.open });
  // Once the canvas has the size that is left.
  if (showsAll) requestAnimationFrame(() => requestAnimationFrame(() => canvasActions()?.fitView()));
}

/** Opens the panel of code and gives it the focus: from there it is saved. */
export function showCode(): void {
  if (!usePreferences.getState().panels.code.open) toggleCode();
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-code] [data-save]')?.focus());
}

/** The nodes on the canvas that a line of a file is about, its number counted from 1; `undefined`: none are lit any more. */
export function lightNodesOf(path: string, line: number | undefined): void {
  const tab = activeTab();
  const file = useCode.getState().code?.files.get(path);
  const nodes = line === undefined ? [] : (file?.lines[line - 1] ?? []);
  const lit = tab === undefined ? [] : innermost(tab.document, nodes).flatMap((node) => shownOn(tab, node));
  usePointed.getState().light([...new Set(lit)]);
}

/** Selects the node that a line is about, and opens the definition in which it stands. */
export function goToLine(path: string, line: number): void {
  const tab = activeTab();
  const nodes = useCode.getState().code?.files.get(path)?.lines[line - 1] ?? [];
  const [node] = tab === undefined ? [] : innermost(tab.document, nodes);
  if (node !== undefined) goTo(node, 'show');
}

/** Puts a file on the clipboard. False where that is out of reach. */
export async function copyFile(path: string): Promise<boolean> {
  settleCode();
  const file = useCode.getState().code?.files.get(path);
  if (file === undefined) return false;
  try {
    await navigator.clipboard.writeText(file.text);
    return true;
  } catch {
    toast(words().notCopied, [], 'bad');
    return false;
  }
}

/** Asks for a place and writes all files there. Nothing where the user thought better of it, or it failed, which is told. */
export async function saveCode(): Promise<SavedFolder | undefined> {
  settleCode();
  const { written } = useCode.getState();
  const tab = activeTab();
  if (written?.state !== 'written' || tab === undefined) return undefined;
  const { code } = written;
  const content = () => contentOf(code, tab);
  try {
    const saved = await host.saveFolder(folderName(tab.name), content);
    if (saved !== undefined) toast(words().saved(saved.name));
    return saved;
  } catch (error) {
    toast(words().notSaved, linesOf(error), 'bad');
    return undefined;
  }
}

/** What no file system takes in a name becomes a dash. */
const folderName = (name: string): string =>
  name.replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, '-').replaceAll(/^[.\s]+|[.\s]+$/g, '') || 'network';

/** All files of an export: the code, what is served with the page for it, the files of its data sets, and what the run has learned. */
async function contentOf(code: Code, { id, document }: Tab): Promise<FolderFiles> {
  const { files, data, packages } = code;
  const besides = [
    ...(code.loadsWeights ? [weightsFor(code, id).then((bytes) => [WEIGHTS, bytes] as const)] : []),
    ...[...packages].map(([path, name]) => packageOf(name).then((bytes) => [path, bytes] as const)),
    ...[...data].map(([path, name]) => dataFile(document, name).then((bytes) => [path, bytes] as const)),
  ];
  const texts = [...files].map(([path, { text }]) => [path, text] as const);
  return new Map<string, string | Uint8Array<ArrayBuffer>>([...texts, ...(await Promise.all(besides))]);
}

/** @throws Error in words for users where the file did not come with the document */
async function dataFile({ data }: GraphDocument, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await host.readDataFile(data[name] ?? { path: name }).catch(() => undefined);
  if (bytes === undefined) throw new Error(words().noFile(name));
  return new Uint8Array(bytes);
}

/** @throws EngineError where the run has none, or others than the code is to load */
async function weightsFor({ state }: Code, tab: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = weightsFile(state, await learnedWeights(tab, words().run));
  if (Array.isArray(file)) throw new EngineError(file);
  return file;
}

async function packageOf(name: PackageName): Promise<Uint8Array<ArrayBuffer>> {
  const address = servedPackages.get(name);
  if (address === undefined) throw new Error(`the package ${name} is not served with this page`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
