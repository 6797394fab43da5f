import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import { parseDocument, sizeProblem } from '../graph/parse.ts';
import { reasonOf } from './output.ts';

const SUFFIX = '.gradloom.json';
const examplesFolder = join(dirname(fileURLToPath(import.meta.url)), '../../examples');

/** Ids of the documents that ship with the app. */
export const exampleIds = (): string[] =>
  readdirSync(examplesFolder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => basename(file, SUFFIX))
    .sort();

const examplePath = (id: string): string => join(examplesFolder, id + SUFFIX);

export type Opened =
  | { readonly document: GraphDocument; readonly folder: string; readonly diagnostics?: undefined }
  | { readonly document?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** The paths of a document's files, by the names under which its settings have them. */
export const pathsOf = ({ data }: GraphDocument): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([name, { path }]) => [name, path]));

export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** Opens a path, or an example by its id; a file of that name goes first. Its size is looked at before it is read. */
export function openDocument(file: string): Opened {
  const isFile = existsSync(file) && !isFolder(file);
  const path = isFile || !exampleIds().includes(file) ? resolve(file) : examplePath(file);
  if (isFolder(path)) return { diagnostics: [diagnostic('file-is-folder', {}, { folder: path })] };
  let text: string;
  try {
    const tooLarge = sizeProblem(statSync(path).size);
    if (tooLarge !== undefined) return { diagnostics: [tooLarge] };
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { diagnostics: [readingProblem(file, error)] };
  }
  const parsed = parseDocument(text);
  return parsed.document === undefined ? parsed : { document: parsed.document, folder: dirname(path) };
}

function readingProblem(file: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return diagnostic('file-not-found', {}, { file });
  const denied = code === 'EACCES' || code === 'EPERM';
  return diagnostic('file-unreadable', {}, { file, reason: denied ? 'permission denied' : reasonOf(error) });
}
