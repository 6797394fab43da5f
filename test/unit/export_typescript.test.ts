import { describe, expect, it } from 'vitest';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { camel, docComment, ENGINE, number, pascal, quoted, taken } from '../../engine/export/typescript/words.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import * as engine from '../../engine/index.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { example } from '../example.ts';
import { oddNames } from '../parity/exported_cases.ts';
import { beside, globalNames, noLetters, skipped, widths } from '../parity/exported_hard_cases.ts';

async function exported(document: GraphDocument) {
  const traced = new TracedFunctions();
  expect((await traced.check(document)).diagnostics).toEqual([]);
  return exportTypeScript(document, traced.lookup);
}
async function written(document: GraphDocument) {
  const made = await exported(document);
  return made.files === undefined ? expect.fail(JSON.stringify(made.diagnostics)) : made;
}
const textOf = async (document: GraphDocument, path: string): Promise<string> =>
  (await written(document)).files.get(path)?.text ?? expect.fail(`${path} was not written`);

describe('names in TypeScript', () => {
  it.each([
    ['linear1', 'linear1'],
    ['d_in', 'dIn'],
    ['MyReLU', 'myReLU'],
    ['MSELoss', 'mseLoss'],
    ['my layer!', 'myLayer'],
    ['隐藏层 1', '隐藏层1'],
    ['Скрытый слой', 'скрытыйСлой'],
    ['2nd', '_2nd'],
    ['new', 'new_'],
    ['await', 'await_'],
    ['→ ★', ''],
    ['', ''],
  ])('of a value: %j → %j', (text, name) => expect(camel(text)).toBe(name));

  it.each([
    ['dynamic-net', 'DynamicNet'],
    ['MyReLU', 'MyReLU'],
    ['2 nets', '_2Nets'],
    ['class', 'Class'],
    ['★', ''],
  ])('of a class: %j → %j', (text, name) => expect(pascal(text)).toBe(name));

  it.each([
    [0.0001, '1e-4'],
    [0.9, '0.9'],
    [-3, '-3'],
    [1e21, '1e21'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('numbers: %d → %s', (value, text) => expect(number(value)).toBe(text));

  it('texts end where they should', () => {
    expect(quoted(`it's "a\\b"\n`)).toBe(`'it\\'s "a\\\\b"\\n'`);
    expect(docComment(['stars */ and slashes'])).toEqual(['/** stars *\\/ and slashes */']);
  });

  it('never hide what the engine calls its things, and these are all there', () => {
    for (const name of ENGINE) expect(engine, name).toHaveProperty(name);
    const members = new Set<string>(['training']);
    for (let at: object = engine.nn.Module.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at))
      for (const name of Object.getOwnPropertyNames(at)) members.add(name);
    expect(taken(true).attribute).toEqual(expect.arrayContaining([...members]));
  });
});

describe('odd documents', () => {
  it('give every thing a name of its own, near to the user’s', async () => {
    const model = (await textOf(oddNames, 'src/model.ts')).split('\n').map((line) => line.trim());
    for (const line of [
      'export class Class extends nn.Module {',
      'constructor(lambda: number) {',
      'this.forward_2 = new nn.Linear(4, lambda);',
      'export class _2OddNames extends nn.Module {',
      'readonly 隐藏层1 = new nn.Linear(4, 4);',
      'readonly 隐藏层1_2 = new nn.Linear(4, 4);',
      'readonly last = new nn.Linear(4, 4);',
      '// A "quoted" note',
    ])
      expect(model).toContain(line);
    const train = await textOf(oddNames, 'src/train.ts');
    expect(train).toContain('const { torch, rows_2 } = loadData();');
    expect(train).toContain(' * It ends in a quote and a backslash: """ \\\n');
  });

  it('whose names have no letters have those that such things usually have', async () => {
    const train = await textOf(noLetters, 'src/train.ts');
    expect(train).toContain('const { values, values_2 } = loadData();');
    expect(train).toContain('const lossFn = new nn.MSELoss();');
    const model = (await textOf(noLetters, 'src/model.ts')).match(/(?<=readonly )\w+(?= = |:)/g);
    expect(model).toEqual(['layer', 'layer_2', 'weight', 'layer']);
  });

  it('leave out what nothing reads, but draw the numbers that it draws', async () => {
    const model = await textOf(oddNames, 'src/model.ts');
    expect(model).toContain('readonly dangling = new nn.Linear(4, 4);');
    expect(model).not.toContain('dangling.forward');
    expect(await textOf(oddNames, 'src/data.ts')).toContain('const unused = randn([12, 3]);');
    expect(model.match(/random\.randint\(1, 3\)/g)).toHaveLength(2);
  });

  it('hide nothing that the language has', async () => {
    const train = await textOf(globalNames, 'src/train.ts');
    expect(train).toContain('const { toLocaleString_2, hasOwnProperty_2 } = loadData();');
    expect(train).toContain("import { GlobalNamesAll } from './model.ts';");
    const model = await textOf(globalNames, 'src/model.ts');
    expect(model).toContain('export class Map_2 extends nn.Module {');
    expect(model).toContain('readonly constructor_2 = new nn.Linear(4, 4);');
  });

  it('call a thing data where the code does not have the engine’s data sets', async () => {
    expect(await textOf(skipped, 'src/train.ts')).toContain('const { data } = loadData();');
    const spiral = example('spiral');
    const called = { ...spiral, view: { nodes: { loss: { x: 0, y: 0, label: 'data' } } } };
    expect(await textOf(called, 'src/train.ts')).toContain('const data_2 = dataFn');
  });

  it('make what nothing reads without a name, for the numbers that it draws', async () => {
    const train = await textOf(beside, 'src/train.ts');
    expect(train).toContain(`const { x, y } = loadData();

// Unused, but drawn in their turn, for what follows to be drawn alike.
new nn.Linear(4, 4);
new nn.Linear(4, 4);
randn([3]);
new nn.Sequential(
  new nn.Linear(4, 4096, { bias: false }),
  new nn.LeakyReLU(0.125),
  new nn.Linear(4096, 2, { bias: false }),
);
new Block();

const network = new nn.Linear(4, 4);

// Unused, but drawn in their turn, for what follows to be drawn alike.
new nn.Linear(4, 4);
new nn.ModuleList(Array.from({ length: 3 }, () => new Untied()));

const last = new nn.Linear(4, 4);
const w = ones([4], { requiresGrad: true });
const lossFn = new nn.MSELoss();
const optimizer = `);
  });

  it('of a definition whose sizes follow from a param make one class, which can be made with another', async () => {
    const model = await textOf(widths, 'src/model.ts');
    expect(model.match(/^export class .*$/gm)).toEqual([
      'export class Residual extends nn.Module {',
      'export class Widths extends nn.Module {',
    ]);
    expect(model).toContain('this.narrow = new nn.Linear(hidden, 4);');
  });

  it('with files of one name in two folders keep both, and read each', async () => {
    const settings = { images: 'a/data.idx', labels: 'b/DATA.idx', samples: 12, features: 4, classes: 4 };
    const { data, files } = await written({
      ...oddNames,
      nodes: oddNames.nodes.map((node) => (node.id === 'unused' ? { ...node, kind: 'IDXDataset', settings } : node)),
    });
    expect([...data]).toEqual([
      ['data/data.idx', 'a/data.idx'],
      ['data/2-DATA.idx', 'b/DATA.idx'],
    ]);
    expect(files.get('src/data.ts')?.text).toContain("    images: 'data.idx',\n    labels: '2-DATA.idx',\n");
  });

  it('of any name make a package of a name that npm takes', async () => {
    const named = async (name: string) => JSON.parse(await textOf({ ...oddNames, name }, 'package.json')).name;
    expect(await named('2 «odd» names™')).toBe('2-odd-namestm');
    expect(await named('隐藏层')).toBe('network');
  });
});

it('lines know the nodes that they come from, in the definition where these stand', async () => {
  const { files } = await exported(oddNames);
  const model = files?.get('src/model.ts') ?? expect.fail('there is no model');
  const nodesOf = (text: string) => model.lines[model.text.split('\n').findIndex((line) => line.includes(text))];
  expect(nodesOf('return this.forward_2')).toEqual([{ module: 'class', node: 'forward' }]);
  expect(nodesOf('const lambda = ')).toEqual([{ module: undefined, node: 'n2' }]);
  expect(nodesOf('// of two lines')).toEqual([{ module: undefined, node: 'n2' }]);
  expect(nodesOf('loop = loop.relu()')).toEqual([{ module: undefined, node: 'relu' }]);
  expect(nodesOf('export class')).toEqual([]);
  for (const file of files?.values() ?? []) expect(file.lines).toHaveLength(file.text.split('\n').length - 1);
});
