import type { GraphDocument } from '../../graph/document.ts';
import type { FunctionTraces } from '../../graph/functions.ts';
import type { Exported, ExportOptions } from '../exported.ts';
import { problemsOf } from '../problems.ts';
import { readScript } from '../read.ts';
import { writeScript } from '../writing/write.ts';
import { dataFilesOf } from './data.ts';
import { packagesOf, projectFiles } from './project_files.ts';
import { TypeScript } from './typescript.ts';

/**
 * The document as a project in TypeScript, with the JavaScript of it beside, or why there is none. It has to pass the check, and its
 * functions have to be traced. The packages that it needs lie in its folder `vendor`.
 */
export function exportTypeScript(
  document: GraphDocument,
  traces: FunctionTraces,
  options: ExportOptions = {},
): Exported {
  const packages = packagesOf(options);
  const script = readScript(document, traces);
  const problems = problemsOf(script, () => true);
  if (problems.length > 0) return { diagnostics: problems };
  const data = dataFilesOf(script);
  const typed = writeScript(script, () => new TypeScript(true), data, options);
  const plain = writeScript(script, () => new TypeScript(false), data, options);
  if (typed.files === undefined) return typed;
  if (plain.files === undefined) return plain;
  return { ...typed, files: new Map([...typed.files, ...plain.files, ...projectFiles(script, packages)]), packages };
}
