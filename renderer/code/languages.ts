import type { Exported, ExportOptions, PackageName } from '../../engine/export/exported.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import type { FunctionTraces } from '../../engine/graph/functions.ts';
import manifest from '../../engine/package.json' with { type: 'json' };

/** A language in which a document can be taken away. */
interface CodeLanguage {
  readonly title: string;
  write(document: GraphDocument, traces: FunctionTraces, options?: ExportOptions): Exported;
}

/** Packages that are served with the page, by their addresses. WebGPU for Node is none: a page has its own. */
export const servedPackages: ReadonlyMap<PackageName, string> = new Map([
  ['engine', `/engine/gradloom-engine-${manifest.version}.tgz`],
]);

/** By the names that `gradloom export --to` takes. */
export const languages = {
  typescript: { title: 'TypeScript', write: exportTypeScript },
  pytorch: { title: 'PyTorch', write: exportPyTorch },
} as const satisfies Readonly<Record<string, CodeLanguage>>;

export type CodeLanguageName = keyof typeof languages;

const isName = (name: string): name is CodeLanguageName => Object.hasOwn(languages, name);

export const languageNames = Object.keys(languages).filter(isName);

/** The language that is remembered by this name; the first where there is none of that name. */
export const languageNamed = (name: string): CodeLanguageName => (isName(name) ? name : 'typescript');
