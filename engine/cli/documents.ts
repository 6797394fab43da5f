import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import { parseDocument, sizeProblem } from '../graph/parse.ts';

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

/** Opens a path, or an example by its id; a file of that name goes first. Its size is looked at before it is read. */
export function openDocument(file: string): Opened {
  const path = existsSync(file) || !exampleIds().includes(file) ? resolve(file) : examplePath(file);
  let text: string;
  try {
    const tooLarge = sizeProblem(statSync(path).size);
    if (tooLarge !== undefined) return { diagnostics: [tooLarge] };
    text = readFileSync(path, 'utf8');
  } catch {
    return { diagnostics: [diagnostic('file-not-found', {}, { file })] };
  }
  const parsed = parseDocument(text);
  return parsed.document === undefined ? parsed : { document: parsed.document, folder: dirname(path) };
}
