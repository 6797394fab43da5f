import type { Settings } from '../../nodes/settings.ts';
import { type Line, lines } from '../line.ts';
import type { DataStatement, Script } from '../script.ts';
import { comments, literal, quoted } from './words.ts';

const MNIST = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];
const IDX = ['images', 'labels', 'testImages', 'testLabels'] as const;
/** Data sets that read files. */
const READING: ReadonlySet<string> = new Set(['mnist', 'idx']);

const FOLDER = "new URL('../data/', import.meta.url)";

export const hasDataSets = ({ data }: Script): boolean => data.some(({ source }) => source.kind === 'dataset');

/** The user's own files in the project's folder `data`: what each is called there, by the name under which the document has it. */
export function ownFiles({ data }: Script): ReadonlyMap<string, string> {
  // Where case makes no difference on a disk, it makes none here.
  const taken = new Set(MNIST);
  const found = new Map<string, string>();
  for (const { source } of data) {
    if (source.kind !== 'dataset' || source.name !== 'idx') continue;
    for (const setting of IDX) {
      const name = String(source.settings[setting] ?? '');
      if (name === '' || found.has(name)) continue;
      const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
      let free = base;
      for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${n}-${base}`;
      taken.add(free.toLowerCase());
      found.set(name, free);
    }
  }
  return found;
}

/** All files of data sets: their paths in the project, and the names under which data sets have them. */
export function dataFilesOf(script: Script): ReadonlyMap<string, string> {
  const hasMnist = script.data.some(({ source }) => source.kind === 'dataset' && source.name === 'mnist');
  return new Map([
    ...(hasMnist ? MNIST.map((name) => [`data/${name}`, `mnist/${name}`] as const) : []),
    ...[...ownFiles(script)].map(([name, file]) => [`data/${file}`, name] as const),
  ]);
}

const options = (settings: Settings): string => {
  const given = Object.entries(settings).filter(([name, value]) => name !== 'testFraction' && value !== '');
  return given.length === 0 ? '' : `{ ${given.map(([name, value]) => `${name}: ${literal(value)}`).join(', ')} }`;
};

interface Surroundings {
  /** What the user's own files are called in the project. */
  readonly files: ReadonlyMap<string, string>;
  /** Another name for what a data set has loaded, in the function that loads it. */
  loaded(): string;
}

/** The lines that make the data of a node, and whether they wait for a file. */
export function dataLines(statement: DataStatement, names: readonly string[], around: Surroundings) {
  const { source, place, outputs } = statement;
  const written = (made: readonly Line[], waits = false) => ({
    lines: [...lines(comments(place.notes), place), ...made],
    waits,
  });
  if (source.kind === 'constant') return written([]);
  if (source.kind === 'randn') return written(lines([`const ${names[0]} = randn(${literal(source.shape)});`], place));
  const { name, settings } = source;
  const fields = source.outputs.map((output, i) => {
    const given = names[i] ?? output.name;
    return given === output.name ? given : `${output.name}: ${given}`;
  });
  const before = `const { ${fields.slice(0, outputs.length).join(', ')} } = `;
  const { loading, all } = source.name === 'idx' ? idx(statement, around) : { loading: [], all: made(name, settings) };
  const fraction = Number(settings.testFraction ?? 0);
  const hasTest = name === 'mnist' || (name === 'idx' && String(settings.testImages ?? '') !== '');
  const waits = READING.has(name);
  if (fraction === 0 || hasTest) return written([...loading, ...lines([`${before}${all};`], place)], waits);
  const split = `${before}data.split(${all}, ${literal(fraction)}).train;`;
  return written([...loading, ...lines([split], place)], waits);
}

const made = (name: string, settings: Settings): string =>
  name === 'mnist' ? `(await data.mnist(${FOLDER})).train` : `data.${name}(${options(settings)})`;

/** Files of the user's own are too many for one line: what is loaded gets a name. */
function idx({ source, place }: DataStatement, { files, loaded }: Surroundings) {
  const settings = source.kind === 'dataset' ? source.settings : {};
  const named = IDX.flatMap((setting) => {
    const file = files.get(String(settings[setting] ?? ''));
    return file === undefined ? [] : [`${setting}: ${quoted(file)}`];
  });
  const name = loaded();
  const options = [...named, `classes: ${literal(settings.classes)}`].join(', ');
  const text = `const ${name} = await data.idx(${FOLDER}, { ${options} });`;
  return { loading: lines([text], place), all: `${name}.train` };
}
