import type { Settings } from '../../nodes/settings.ts';
import type { DataStatement, Script } from '../script.ts';
import { number } from './words.ts';

/** How a data set is made: by its name, the lines that give its outputs these names. */
type Recipe = (settings: Settings, names: readonly string[]) => readonly string[];

const noisy = (text: string, noise: unknown, sizes: string): string =>
  Number(noise) === 0 ? text : `${text} + ${number(Number(noise))} * torch.randn(${sizes})`;

const recipes: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  [
    'xor',
    ({ repeats, noise }, [x, y]) => {
      const times = repeats === 1 ? '' : `.repeat(${repeats}, 1)`;
      return [
        `${x} = ${noisy(`torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])${times}`, noise, `${4 * Number(repeats)}, 2`)}`,
        `${y} = torch.tensor([[0.0], [1.0], [1.0], [0.0]])${times}`,
      ];
    },
  ],
  [
    'spiral',
    ({ samplesPerClass: rows, classes, noise }, [x, labels]) => [
      `${labels} = torch.arange(${classes}).repeat_interleave(${rows})`,
      `radius = torch.linspace(0, 1, ${rows}).repeat(${classes})`,
      // Drawn also where there is no noise.
      `angle = 2 * torch.pi * ${labels} / ${classes} + 4 * radius + ${number(Number(noise))} * torch.randn(${Number(rows) * Number(classes)})`,
      `${x} = torch.stack([radius * angle.sin(), radius * angle.cos()], dim=1)`,
    ],
  ],
  [
    'twoMoons',
    ({ samples, noise }, [x, labels]) => {
      const upper = Math.floor(Number(samples) / 2);
      const lower = Number(samples) - upper;
      return [
        `upper = torch.linspace(0, torch.pi, ${upper})`,
        `lower = torch.linspace(0, torch.pi, ${lower})`,
        `upper = torch.stack([upper.cos(), upper.sin()], dim=1)`,
        `lower = torch.stack([1 - lower.cos(), 0.5 - lower.sin()], dim=1)`,
        `${x} = torch.cat([upper, lower]) + ${number(Number(noise))} * torch.randn(${samples}, 2)`,
        `${labels} = torch.arange(2).repeat_interleave(torch.tensor([${upper}, ${lower}]))`,
      ];
    },
  ],
  [
    'noisyLine',
    ({ samples, slope, intercept, noise }, [x, y]) => [
      `${x} = torch.empty(${samples}, 1).uniform_(-1, 1)`,
      `${y} = ${number(Number(slope))} * ${x} + ${number(Number(intercept))} + ${number(Number(noise))} * torch.randn(${samples}, 1)`,
    ],
  ],
  [
    'mnist',
    (_settings, [images, labels]) => [
      `${images} = read_idx('train-images-idx3-ubyte').flatten(1) / 255`,
      `${labels} = read_idx('train-labels-idx1-ubyte').long()`,
    ],
  ],
]);

/** What data sets read that lies beside the script. */
const files: ReadonlyMap<string, readonly string[]> = new Map([
  ['mnist', ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']],
]);

/** The files beside a script, with the names under which data sets have them. */
export const dataFilesOf = ({ data }: Script): ReadonlyMap<string, string> =>
  new Map(
    data.flatMap(({ source }) =>
      source.kind === 'dataset'
        ? (files.get(source.name) ?? []).map((file) => [file, `${source.name}/${file}`] as const)
        : [],
    ),
  );

export const READ_IDX = [
  'def read_idx(name):',
  '    """The bytes of an IDX file beside this one, in its shape."""',
  '    content = (Path(__file__).parent / name).read_bytes()',
  '    axes = content[3]',
  "    shape = struct.unpack(f'>{axes}I', content[4 : 4 + 4 * axes])",
  '    rest = bytearray(content[4 + 4 * axes :])',
  '    return torch.frombuffer(rest, dtype=torch.uint8).reshape(shape)',
] as const;

/** Can the data of a node be made or read in Python? */
export const hasRecipe = ({ source }: DataStatement): boolean => source.kind !== 'dataset' || recipes.has(source.name);

/** The lines that make the data of a node. */
export function dataLines({ source, rows }: DataStatement, names: readonly string[]): string[] {
  if (source.kind === 'randn') {
    const sizes = source.shape.length === 0 ? '()' : source.shape.join(', ');
    return [`${names[0]} = torch.randn(${sizes})`];
  }
  if (source.kind === 'constant') return [];
  const lines = [...(recipes.get(source.name)?.(source.settings, names) ?? [])];
  const fraction = Number(source.settings.testFraction ?? 0);
  if (fraction === 0 || rows === undefined) return lines;
  // The last rows of a permutation are for tests.
  const [first = ''] = names;
  return [
    ...lines,
    `train = torch.randperm(len(${first}))[:${rows}]`,
    `${names.join(', ')} = ${names.map((name) => `${name}[train]`).join(', ')}`,
  ];
}
