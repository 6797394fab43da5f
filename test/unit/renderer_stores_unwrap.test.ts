import { expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { group } from '../../renderer/stores/modules.ts';
import { unpack } from '../../renderer/stores/unpack.ts';
import { unwrap } from '../../renderer/stores/unwrap.ts';

type Row = readonly [id: string, kind: string, settings?: GraphDocument['nodes'][number]['settings'], parent?: string];

function documentOf(rows: readonly Row[], wires: readonly string[]): GraphDocument {
  const empty = emptyDocument();
  return {
    ...empty,
    nodes: rows.map(([id, kind, settings = {}, parent]) => ({
      id,
      kind,
      settings,
      ...(parent === undefined ? {} : { parent }),
    })),
    wires: wires.map((wire) => {
      const [from = '', to = ''] = wire.split(' ');
      return { from, to };
    }),
    view: { ...empty.view, nodes: Object.fromEntries(rows.map(([id], i) => [id, { x: i * 100, y: 0 }])) },
  };
}
const told = ({ wires }: GraphDocument) => wires.map(({ from, to }) => `${from} ${to}`).sort();

/** Two values carried, crossing over from one iteration to the next; a constant from outside; an optimizer that names the loop. */
const loop = documentOf(
  [
    ['x', 'RandomTensor', { shape: [4, 2] }],
    ['y', 'RandomTensor', { shape: [4, 2] }],
    ['loop', 'Repeat', { carried: 2, times: 3 }],
    ['dense', 'Linear', { outFeatures: 2 }, 'loop'],
    ['sum', 'Add', {}, 'loop'],
    ['loss', 'MSELoss'],
    ['opt', 'SGD', { parameters: ['loop'] }],
  ],
  [
    'x.output loop.start',
    'y.output loop.start2',
    'loop.current dense.input',
    'dense.output sum.input',
    'y.output sum.other',
    'sum.output loop.next2',
    'loop.current2 loop.next',
    'loop.result loss.input',
    'loop.result2 loss.target',
    'loss.loss opt.loss',
  ],
);

it('takes a loop away: its body stays once, wired through what was carried', () => {
  expect(checkDocument(loop).diagnostics).toEqual([]);
  const bare = unwrap(loop, 'loop', new Map([['dense', { x: 7, y: 9 }]]));
  if ('problem' in bare) expect.fail(bare.problem);
  expect(bare.cut).toEqual([]);
  expect(bare.ids).toEqual(['dense', 'sum']);
  expect(told(bare.document)).toEqual(
    [
      'x.output dense.input',
      'dense.output sum.input',
      'y.output sum.other',
      'y.output loss.input',
      'sum.output loss.target',
      'loss.loss opt.loss',
    ].sort(),
  );
  expect(bare.document.nodes.map((n) => n.parent)).toEqual(bare.document.nodes.map(() => undefined));
  expect(bare.document.nodes.at(-1)?.settings).toEqual({ parameters: ['dense'] });
  expect(bare.document.view.nodes.dense).toEqual({ x: 207, y: 9 });
  expect(bare.document.view.nodes.loop).toBeUndefined();
  expect(checkDocument(bare.document).diagnostics).toEqual([]);
});

it('wires the links of a Sequential one after another; a loss that it gave stays the loss of the run', () => {
  const chain = documentOf(
    [
      ['x', 'RandomTensor', { shape: [4, 2] }],
      ['model', 'Sequential'],
      ['inner', 'Sequential', {}, 'model'],
      ['dense', 'Linear', { outFeatures: 3 }, 'inner'],
      ['act', 'ReLU', {}, 'inner'],
      ['total', 'Sum', {}, 'model'],
      ['opt', 'SGD'],
    ],
    ['x.output model.input', 'model.output opt.loss'],
  );
  const named = { ...chain, run: { ...chain.run, losses: ['model.output'] } };
  expect(checkDocument(named).diagnostics).toEqual([]);
  const within = unwrap(named, 'inner', new Map());
  if ('problem' in within) expect.fail(within.problem);
  expect(within.document.wires).toEqual(named.wires);
  expect(within.document.nodes.filter((n) => n.parent === 'model').map((n) => n.id)).toEqual(['dense', 'act', 'total']);
  const bare = unwrap(within.document, 'model', new Map());
  if ('problem' in bare) expect.fail(bare.problem);
  const wires = ['x.output dense.input', 'dense.output act.input', 'act.output total.input', 'total.output opt.loss'];
  expect(told(bare.document)).toEqual(wires.sort());
  expect(bare.document.run.losses).toEqual(['total.output']);
  expect(checkDocument(bare.document).diagnostics).toEqual([]);
});

it('an empty Sequential passes on what it was given, and a loop in a chain stays', () => {
  const chain = documentOf(
    [
      ['x', 'RandomTensor', { shape: [4, 2] }],
      ['empty', 'Sequential'],
      ['act', 'ReLU'],
      ['model', 'Sequential'],
      ['loop', 'Repeat', {}, 'model'],
    ],
    ['x.output empty.input', 'empty.output act.input'],
  );
  const bare = unwrap(chain, 'empty', new Map());
  if ('problem' in bare) expect.fail(bare.problem);
  expect(told(bare.document)).toEqual(['x.output act.input']);
  expect(unwrap(chain, 'loop', new Map())).toEqual({ problem: 'linked' });
  expect(unwrap(chain, 'x', new Map())).toEqual({ problem: 'none' });
});

it('an optimizer that names all layers of a group names its instance; one that names some of them forbids the group', () => {
  const two = (parameters: string[]) =>
    documentOf(
      [
        ['x', 'RandomTensor', { shape: [4, 2] }],
        ['first', 'Linear', { outFeatures: 2 }],
        ['second', 'Linear', { outFeatures: 2 }],
        ['third', 'Linear', { outFeatures: 2 }],
        ['loss', 'MSELoss'],
        ['opt', 'SGD', { parameters }],
      ],
      [
        'x.output first.input',
        'first.output second.input',
        'second.output third.input',
        'third.output loss.input',
        'x.output loss.target',
        'loss.loss opt.loss',
      ],
    );
  const grouped = group(two(['first', 'second', 'third']), ['first', 'second']);
  if (grouped.problem !== undefined) expect.fail(grouped.problem);
  const { document, id } = grouped;
  expect(document.nodes.at(-1)?.settings).toEqual({ parameters: [id, 'third'] });
  expect(checkDocument(document).diagnostics).toEqual([]);
  const unpacked = unpack(document, id);
  if (unpacked.problem !== undefined) expect.fail(unpacked.problem);
  expect(unpacked.document.nodes.at(-1)?.settings).toEqual({ parameters: ['first', 'second', 'third'] });
  expect(group(two(['second']), ['first', 'second'])).toEqual({ problem: 'named' });
  expect(group(two(['third']), ['first', 'second']).problem).toBeUndefined();
});
