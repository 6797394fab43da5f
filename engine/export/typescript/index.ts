import type { GraphDocument } from '../../graph/document.ts';
import type { FunctionTraces } from '../../graph/functions.ts';
import { type Exported, type ExportOptions, WEIGHTS } from '../exported.ts';
import { problemsOf } from '../problems.ts';
import { readScript } from '../read.ts';
import { writeScript } from '../writing/write.ts';
import { dataFilesOf, ownFiles } from './data.ts';
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
  const files = ownFiles(script);
  const typed = writeScript(script, (one) => new TypeScript(one, true, files), data, options);
  const plain = writeScript(script, (one) => new TypeScript(one, false, files), data, options);
  if (typed.files === undefined) return typed;
  if (plain.files === undefined) return plain;
  const code = [...typed.files, ...plain.files];
  const paths = new Set([...code.map(([path]) => path), ...(options.withWeights === true ? [WEIGHTS] : [])]);
  return { ...typed, files: new Map([...code, ...projectFiles(script, packages, paths)]), packages };
}
