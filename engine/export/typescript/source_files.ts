import { type Line, lines } from '../line.ts';
import type { ScriptParts } from '../writing/language.ts';
import { namesIn } from '../writing/names_in.ts';
import { hasDataSets } from './data.ts';
import { docComment, engineNames } from './words.ts';

/** A function that makes data under these names, and the line of the script that calls it. */
export interface Loader {
  readonly code: readonly Line[];
  readonly line: Line;
  readonly names: readonly string[];
}

/** `src/model.ts`, `src/data.ts` and `src/train.ts`; or the JavaScript of the same. */
export function sourceFiles(
  { script, classes, setting, optimizers, training }: ScriptParts,
  loaders: readonly Loader[],
  isTyped: boolean,
): ReadonlyMap<string, readonly Line[]> {
  const ending = isTyped ? 'ts' : 'js';
  const { name, notes, seed } = script;
  const engine = [...engineNames(hasDataSets(script)), ...(isTyped ? ['Tensor'] : [])];
  const drawsCounts = namesIn([...classes, ...training]).has('random');
  const run = [
    ...lines([`await useDevice();`, `manualSeed(${seed});`, ...(drawsCounts ? [`random.seed(${seed});`] : []), '']),
    ...setting.flatMap((line) => loading(line, loaders, [...setting, ...training])),
    ...optimizers,
    ...lines(['']),
    ...training,
  ];
  const functions = loaders.flatMap((loader, i) => [...(i === 0 ? [] : lines([''])), ...loader.code]);
  const own = [
    ...importing(exported(functions), `./data.${ending}`, run),
    ...importing(exported(classes), `./model.${ending}`, run),
  ];
  const files = new Map<string, readonly Line[]>();
  if (classes.length > 0) files.set(`src/model.${ending}`, [...engineImport(engine, classes), ...classes]);
  if (functions.length > 0)
    files.set(`src/data.${ending}`, [...engineImport(engine, functions), ...lines(['']), ...functions]);
  return files.set(`src/train.${ending}`, [
    ...lines(docComment([name, ...notes])),
    ...engineImport(engine, run),
    ...own,
    ...lines(['']),
    ...run,
  ]);
}

/** Data that nobody reads is made all the same, so that what is drawn after it is drawn alike; but it needs no name. */
function loading(line: Line, loaders: readonly Loader[], code: readonly Line[]): readonly Line[] {
  const loader = loaders.find((one) => one.line === line);
  const read = loader === undefined ? [] : named(loader.names, code);
  if (read.length === 0) return [line];
  return [{ ...line, text: `const { ${read.join(', ')} } = ${line.text}` }];
}

/** Those of these names that code uses, as they come. */
function named(all: readonly string[], code: readonly Line[]): string[] {
  const used = namesIn(code);
  return all.filter((name) => used.has(name));
}

function engineImport(names: readonly string[], code: readonly Line[]): Line[] {
  const found = named(names, code);
  // Capitals come first where names differ by nothing else.
  const key = (name: string) => `${name.toLowerCase()} ${name}`;
  const sorted = found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const imported = sorted.map((name) => (name === 'Tensor' ? 'type Tensor' : name));
  return importLines(imported, '@gradloom/engine');
}

const importing = (given: readonly string[], path: string, code: readonly Line[]): Line[] => {
  const found = named(given, code).sort();
  return found.length === 0 ? [] : importLines(found, path);
};

const importLines = (given: readonly string[], path: string): Line[] =>
  lines([`import { ${given.join(', ')} } from '${path}';`]);

/** What code exports. */
const exported = (code: readonly Line[]): string[] =>
  code.flatMap(({ text }) => /^export (?:async )?(?:class|function) ([$\p{ID_Continue}]+)/u.exec(text)?.[1] ?? []);
