import type { Exported } from '../../engine/export/exported.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { ENGINE_PACKAGE } from '../../engine/export/typescript/project_files.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import type { FunctionTraces } from '../../engine/graph/functions.ts';
import manifest from '../../engine/package.json' with { type: 'json' };

/** A language in which a document can be taken away. */
interface CodeLanguage {
  readonly title: string;
  write(document: GraphDocument, traces: FunctionTraces): Exported;
  /** What lies beside the code besides, by its path there: the address at which it is served with the page. */
  readonly served: Readonly<Record<string, string>>;
}

/** By the names that `gradloom export --to` takes. */
export const languages = {
  typescript: {
    title: 'TypeScript',
    write: exportTypeScript,
    served: { [ENGINE_PACKAGE]: `/engine/gradloom-engine-${manifest.version}.tgz` },
  },
  pytorch: { title: 'PyTorch', write: exportPyTorch, served: {} },
} as const satisfies Readonly<Record<string, CodeLanguage>>;

export type CodeLanguageName = keyof typeof languages;

const isName = (name: string): name is CodeLanguageName => Object.hasOwn(languages, name);

export const languageNames = Object.keys(languages).filter(isName);

/** The language that is remembered by this name; the first where there is none of that name. */
export const languageNamed = (name: string): CodeLanguageName => (isName(name) ? name : 'typescript');
