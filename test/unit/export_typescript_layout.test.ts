import { describe, expect, it } from 'vitest';
import { moduleClass } from '../../engine/export/typescript/classes.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { laidStatement } from '../../engine/export/typescript/layout/statements.ts';
import { formatted } from '../../engine/export/writing/formatted.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { oddNames } from '../parity/exported_cases.ts';

/** Statements, where they begin, and the lines that Biome makes of them; all else is compared with it where projects are exported. */
const LAID: readonly (readonly [what: string, text: string, column: number, lines: readonly string[]])[] = [
  [
    'the files of a data set',
    "const loaded = await data.idx(new URL('../data/', import.meta.url), { images: 'images-of-everything-that-there-is.idx3-ubyte', classes: 10 });",
    2,
    [
      "const loaded = await data.idx(new URL('../data/', import.meta.url), {",
      "  images: 'images-of-everything-that-there-is.idx3-ubyte',",
      '  classes: 10,',
      '});',
    ],
  ],
  [
    'a file whose name has no room beside what it is',
    "const loaded = await data.idx(new URL('../data/', import.meta.url), { testImages: 'images-of-everything-that-there-is-and-of-some-things-that-there-are-not.idx3-ubyte', classes: 10 });",
    2,
    [
      "const loaded = await data.idx(new URL('../data/', import.meta.url), {",
      '  testImages:',
      "    'images-of-everything-that-there-is-and-of-some-things-that-there-are-not.idx3-ubyte',",
      '  classes: 10,',
      '});',
    ],
  ],
  [
    'an import of values and of a type',
    "import { autograd, batches, full, manualSeed, nn, ones, optim, tensor, type Tensor, where } from '@gradloom/engine';",
    0,
    [
      'import {',
      ...['autograd', 'batches', 'full', 'manualSeed', 'nn', 'ones', 'optim', 'tensor', 'type Tensor', 'where'].map(
        (name) => `  ${name},`,
      ),
      "} from '@gradloom/engine';",
    ],
  ],
  [
    'a long shape',
    'const sequencesThatAreDrawnAtRandomAndThenReshaped = sequencesThatAreDrawn.reshape([1000, 2000, 3000]);',
    0,
    [
      'const sequencesThatAreDrawnAtRandomAndThenReshaped = sequencesThatAreDrawn.reshape([',
      '  1000, 2000, 3000,',
      ']);',
    ],
  ],
  [
    'a chain with calls in calls, though it fits',
    'x = a.where(b.add(c.mul(d.neg(1)), 2)).sub(3).pow(2);',
    0,
    ['x = a', '  .where(b.add(c.mul(d.neg(1)), 2))', '  .sub(3)', '  .pow(2);'],
  ],
];

describe('a statement in TypeScript', () => {
  it.each(LAID)('is laid out as a formatter does it: %s', (_what, text, column, lines) => {
    expect(laidStatement(text, column)).toEqual(lines);
  });
});

it('each line of a chain that is broken comes from its own node', async () => {
  const label = 'a layer whose name is too long for a line of code';
  const chain = ['first', 'second'].map((id) => ({ id, kind: 'Linear', settings: { outFeatures: 4 }, parent: 'n1' }));
  const document = {
    ...oddNames,
    nodes: [
      ...oddNames.nodes.map((node) => (node.id === 'n1' ? { ...node, kind: 'Sequential', settings: {} } : node)),
      ...chain,
    ],
    view: { nodes: { n1: { x: 0, y: 0, label: `${label}, and for two` } } },
  };
  const traced = new TracedFunctions();
  expect((await traced.check(document)).diagnostics).toEqual([]);
  const { files } = exportTypeScript(document, traced.lookup);
  const model = files?.get('src/model.ts') ?? expect.fail('there is no model');
  const texts = model.text.split('\n');
  const from = texts.findIndex((line) => line.includes('new nn.Sequential('));
  expect(texts.slice(from + 1, from + 4).map((line) => line.trim())).toEqual([
    'new nn.Linear(4, 4),',
    'new nn.Linear(4, 4),',
    ');',
  ]);
  const nodesOf = model.lines.slice(from, from + 4).map((line) => line.map(({ node }) => node));
  expect(nodesOf).toEqual([['n1'], ['first'], ['second'], ['n1']]);
});

it('a statement that a layout would change, or cannot read, stays as it is', () => {
  const laid = (text: string, layout: () => string[]) =>
    formatted([{ text, places: [] }], { laid: layout }).map((line) => line.text);
  expect(laid('  a(b, c);', () => ['a(', '  b,', '  c,', ');'])).toEqual(['  a(', '    b,', '    c,', '  );']);
  expect(laid('  a(b, c);', () => ['a(', '  b,', ');'])).toEqual(['  a(b, c);']);
  const refuse = () => {
    throw new Error('code is not understood');
  };
  expect(laid('  a(b, c);', refuse)).toEqual(['  a(b, c);']);
});

it('a field too long for a line says what its list holds, which a loop over it has to know, and not what its chain does', () => {
  const name = 'a'.repeat(60);
  const member = (type: string) => ({ name, type, construction: 'made', places: [] });
  const members = [member(`nn.ModuleList<${name}>`), member(`nn.Sequential<[nn.Linear, ${name}]>`)];
  const forward = { inputs: ['x'], body: [], results: ['x'], resultPlaces: [] };
  const params = [{ name: 'width', value: 4 }];
  const written = moduleClass({ name: 'Net', notes: [], params, members, forward }, true).map(({ text }) =>
    text.trim(),
  );
  expect(written).toContain(`readonly ${name}: nn.ModuleList<${name}>;`);
  expect(written).toContain(`readonly ${name}: nn.Sequential;`);
});
