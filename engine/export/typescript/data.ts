import type { Settings } from '../../nodes/settings.ts';
import { type Line, lines } from '../line.ts';
import type { DataStatement, Script } from '../script.ts';
import { laid, type Style } from '../writing/layout.ts';
import { comments, literal, quoted } from './words.ts';

/** What a data set reads that lies in the project's folder `data`: paths there, by the names under which data sets have them. */
type FilesOf = (settings: Settings) => readonly (readonly [path: string, name: string])[];

const MNIST = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];
const IDX = ['images', 'labels', 'testImages', 'testLabels'] as const;
const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const files: ReadonlyMap<string, FilesOf> = new Map<string, FilesOf>([
  ['mnist', () => MNIST.map((name) => [name, `mnist/${name}`])],
  [
    'idx',
    (settings) =>
      IDX.flatMap((setting) => {
        const name = settings[setting];
        return typeof name === 'string' && name !== '' ? [[baseName(name), name] as const] : [];
      }),
  ],
]);

const FOLDER = "new URL('../data/', import.meta.url)";

export const dataFilesOf = ({ data }: Script): ReadonlyMap<string, string> =>
  new Map(
    data.flatMap(({ source }) =>
      source.kind === 'dataset'
        ? (files.get(source.name)?.(source.settings) ?? []).map(([path, name]) => [`data/${path}`, name] as const)
        : [],
    ),
  );

const options = (settings: Settings): string => {
  const given = Object.entries(settings).filter(([name, value]) => name !== 'testFraction' && value !== '');
  return given.length === 0 ? '' : `{ ${given.map(([name, value]) => `${name}: ${literal(value)}`).join(', ')} }`;
};

/** The lines that make the data of a node, and whether they wait for a file. */
export function dataLines({ source, place, outputs }: DataStatement, names: readonly string[], style: Style) {
  const written = (made: readonly Line[], waits = false) => ({
    lines: [...lines(comments(place.notes), place), ...made],
    waits,
  });
  switch (source.kind) {
    case 'constant':
      return written([]);
    case 'randn':
      return written(lines([`const ${names[0]} = randn(${literal(source.shape)});`], place));
    case 'dataset': {
      const { name, settings } = source;
      const waits = files.has(name);
      const made = waits ? read(name, settings) : `data.${name}(${options(settings)})`;
      const fields = source.outputs.map((output, i) => {
        const given = names[i] ?? output.name;
        return given === output.name ? given : `${output.name}: ${given}`;
      });
      const before = `const { ${fields.slice(0, outputs.length).join(', ')} } = `;
      const fraction = Number(settings.testFraction ?? 0);
      const hasTest = name === 'mnist' || (name === 'idx' && settings.testImages !== '');
      const all = waits ? `(${made}).train` : made;
      if (fraction === 0 || hasTest) return written(lines([`${before}${all};`], place), waits);
      const items = [all, literal(fraction)].map((construction) => ({ type: '', construction, places: [place] }));
      const construction = { open: 'data.split(', items, close: ').train' };
      return written(laid(before, { construction, places: [place] }, ';', style), waits);
    }
    default:
      return source satisfies never;
  }
}

function read(name: string, settings: Settings): string {
  if (name === 'mnist') return `await data.mnist(${FOLDER})`;
  const named = IDX.flatMap((setting) => {
    const file = settings[setting];
    return typeof file === 'string' && file !== '' ? [`${setting}: ${quoted(baseName(file))}`] : [];
  });
  return `await data.idx(${FOLDER}, { ${[...named, `classes: ${literal(settings.classes)}`].join(', ')} })`;
}
