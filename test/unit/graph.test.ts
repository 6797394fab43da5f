import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { diagnosticTable } from '../../engine/graph/diagnostics.ts';
import { type DocumentNode, emptyDocument, type GraphDocument, type Wire } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';

const node = (id: string, kind: string, settings: Record<string, unknown> = {}, parent?: string): DocumentNode => ({
  id,
  kind,
  settings,
  ...(parent !== undefined && { parent }),
});
const wire = (from: string, to: string): Wire => ({ from, to });
const document = (nodes: readonly DocumentNode[], wires: readonly Wire[], run = {}): GraphDocument => {
  const empty = emptyDocument('test');
  return { ...empty, nodes, wires, run: { ...empty.run, ...run } };
};
const codes = (d: GraphDocument) => checkDocument(d).diagnostics.map((x) => x.code);

const regression = () =>
  document(
    [
      node('x', 'RandomTensor', { shape: [64, 20] }),
      node('y', 'RandomTensor', { shape: [64, 10] }),
      node('model', 'Sequential'),
      node('linear1', 'Linear', { outFeatures: 5 }, 'model'),
      node('relu1', 'ReLU', {}, 'model'),
      node('linear2', 'Linear', { outFeatures: 10 }, 'model'),
      node('loss', 'MSELoss'),
      node('sgd', 'SGD'),
    ],
    [
      wire('x.output', 'model.input'),
      wire('model.output', 'loss.input'),
      wire('y.output', 'loss.target'),
      wire('loss.loss', 'sgd.loss'),
    ],
  );

describe('the live check', () => {
  it('finds nothing wrong with a network that trains, and tells shapes inside and outside of its chain', () => {
    const { diagnostics, shapes, parameters, order } = checkDocument(regression());
    expect(diagnostics).toEqual([]);
    expect(shapes.get('linear1.output')?.shape).toEqual([64, 5]);
    expect(shapes.get('model.output')?.shape).toEqual([64, 10]);
    expect(shapes.get('loss.loss')?.shape).toEqual([]);
    expect([...parameters].map(([address, { shape }]) => [address, shape])).toEqual([
      ['model/linear1.weight', [5, 20]],
      ['model/linear1.bias', [5]],
      ['model/linear2.weight', [10, 5]],
      ['model/linear2.bias', [10]],
    ]);
    expect(order).toEqual(['x', 'y', 'model', 'loss', 'sgd']);
  });

  it('sorts topologically and lets the array decide between nodes that are free of each other', () => {
    const d = document(
      [node('b', 'ReLU'), node('z', 'RandomTensor'), node('a', 'RandomTensor'), node('c', 'Tanh')],
      [wire('a.output', 'b.input'), wire('z.output', 'c.input')],
    );
    expect(checkDocument(d).order).toEqual(['z', 'a', 'b', 'c']);
  });

  it('cuts the data into minibatches before it tells shapes', () => {
    const { shapes } = checkDocument({ ...regression(), run: { mode: 'dynamic', seed: 0, epochs: 1, batchSize: 16 } });
    expect(shapes.get('model.output')?.shape).toEqual([16, 10]);
  });

  it('puts a shape mismatch at the node and port where it arises, with what was expected and what came', () => {
    const d = document(
      [node('x', 'RandomTensor', { shape: [4, 3] }), node('linear1', 'Linear', { inFeatures: 7 })],
      [wire('x.output', 'linear1.input')],
    );
    expect(checkDocument(d).diagnostics).toMatchObject([
      {
        code: 'shape-mismatch',
        severity: 'error',
        node: 'linear1',
        port: 'input',
        message: expect.stringContaining('7'),
      },
    ]);
  });

  it('blames the port whose shape does not fit', () => {
    const d = document(
      [node('x', 'RandomTensor', { shape: [4, 3, 2] }), node('data', 'Spiral'), node('loss', 'CrossEntropyLoss')],
      [wire('x.output', 'loss.input'), wire('data.labels', 'loss.target')],
    );
    expect(checkDocument(d).diagnostics).toMatchObject([{ code: 'shape-mismatch', node: 'loss', port: 'input' }]);
  });

  it('reports a mismatch once, not at everything that hangs on it', () => {
    const d = document(
      [
        node('x', 'RandomTensor', { shape: [4, 3] }),
        node('l', 'Linear', { inFeatures: 7 }),
        node('r', 'ReLU'),
        node('t', 'Tanh'),
      ],
      [wire('x.output', 'l.input'), wire('l.output', 'r.input'), wire('r.output', 't.input')],
    );
    expect(codes(d)).toEqual(['shape-mismatch']);
  });

  it('names the wires of a circle', () => {
    const d = document(
      [node('x', 'RandomTensor'), node('a', 'Add'), node('b', 'ReLU')],
      [wire('x.output', 'a.input'), wire('b.output', 'a.other'), wire('a.output', 'b.input')],
    );
    const [found] = checkDocument(d).diagnostics;
    expect(found?.code).toBe('cycle');
    expect(found?.message).toContain('b.output → a.other');
    expect(found?.message).toContain('a.output → b.input');
    expect(found?.message).not.toContain('x.output');
  });

  it('finds two owners of one parameter and names both at both', () => {
    const d = regression();
    const two = {
      ...d,
      nodes: [...d.nodes, node('adam', 'Adam')],
      wires: [...d.wires, wire('loss.loss', 'adam.loss')],
    };
    const found = checkDocument(two).diagnostics;
    expect(found.map((f) => [f.code, f.node])).toEqual([
      ['two-owners', 'sgd'],
      ['two-owners', 'adam'],
    ]);
    expect(found[0]?.message).toContain('sgd and adam');
  });

  it.each([
    ['unknown-kind', document([node('a', 'Liner')], [])],
    ['duplicate-id', document([node('a', 'RandomTensor'), node('a', 'RandomTensor')], [])],
    ['missing-input', document([node('a', 'ReLU')], [])],
    ['unknown-port', document([node('a', 'RandomTensor')], [wire('a.output', 'gone.input')])],
    ['unknown-parent', document([node('a', 'ReLU', {}, 'gone')], [])],
    ['nested-cycle', document([node('a', 'Sequential', {}, 'b'), node('b', 'Sequential', {}, 'a')], [])],
    ['invalid-setting', document([node('a', 'RandomTensor', { shape: [0] })], [])],
    ['unknown-setting', document([node('a', 'RandomTensor', { size: 3 })], [])],
    ['unknown-loss', document([node('a', 'RandomTensor')], [], { losses: ['a.gone'] })],
    ['loss-not-scalar', document([node('a', 'RandomTensor')], [], { losses: ['a.output'] })],
    ['batch-size', document([node('a', 'RandomTensor', { shape: [4, 2] })], [], { batchSize: 5 })],
    [
      'batch-rows',
      document([node('a', 'RandomTensor', { shape: [4] }), node('b', 'RandomTensor', { shape: [5] })], [], {
        batchSize: 2,
      }),
    ],
    ['too-large', document([node('a', 'RandomTensor', { shape: [100_000, 100_000] })], [])],
    ['run-length', document([node('a', 'RandomTensor')], [], { steps: 3, epochs: 3 })],
    [
      'run-length',
      { ...document([node('a', 'RandomTensor')], []), run: { mode: 'dynamic', seed: 0 } } as GraphDocument,
    ],
    [
      'several-wires',
      document(
        [node('a', 'RandomTensor'), node('r', 'ReLU')],
        [wire('a.output', 'r.input'), wire('a.output', 'r.input')],
      ),
    ],
    [
      'not-chainable',
      document(
        [node('x', 'RandomTensor'), node('s', 'Sequential'), node('l', 'MSELoss', {}, 's')],
        [wire('x.output', 's.input')],
      ),
    ],
    [
      'inside-chain',
      document(
        [node('x', 'RandomTensor'), node('s', 'Sequential'), node('r', 'ReLU', {}, 's')],
        [wire('x.output', 's.input'), wire('x.output', 'r.input')],
      ),
    ],
    ['type-mismatch', document([node('data', 'Spiral'), node('r', 'ReLU')], [wire('data.labels', 'r.input')])],
    ['loss-not-scalar', document([node('x', 'RandomTensor'), node('sgd', 'SGD')], [wire('x.output', 'sgd.loss')])],
    [
      'no-parameters',
      document(
        [node('x', 'RandomTensor'), node('l', 'MSELoss'), node('s', 'SGD')],
        [wire('x.output', 'l.input'), wire('x.output', 'l.target'), wire('l.loss', 's.loss')],
      ),
    ],
  ])('finds %s alone', (code, d) => {
    expect(codes(d)).toEqual([code]);
  });

  it('tells which node asks for more numbers than fit, how many, and what to do, and nothing at what hangs on it', () => {
    const d = document(
      [
        node('x', 'RandomTensor', { shape: [2, 1_000_000] }),
        node('linear1', 'Linear', { outFeatures: 1_000_000 }),
        node('relu1', 'ReLU'),
      ],
      [wire('x.output', 'linear1.input'), wire('linear1.output', 'relu1.input')],
    );
    const { diagnostics } = checkDocument(d);
    expect(diagnostics).toMatchObject([{ code: 'too-large', severity: 'error', node: 'linear1' }]);
    expect(diagnostics[0]?.message).toContain('1,000,000,000,000');
  });

  it('warns at an optimizer whose loss the run leaves out, and refuses a loss that is listed twice', () => {
    const d = regression();
    const two = (losses: readonly string[]) => ({
      ...d,
      nodes: [...d.nodes, node('other', 'Linear'), node('loss2', 'MSELoss'), node('adam', 'Adam')],
      wires: [
        ...d.wires,
        wire('x.output', 'other.input'),
        wire('other.output', 'loss2.input'),
        wire('y.output', 'loss2.target'),
        wire('loss2.loss', 'adam.loss'),
      ],
      run: { ...d.run, losses },
    });
    expect(codes(two(['loss.loss', 'loss2.loss']))).toEqual([]);
    expect(codes(two([]))).toEqual([]);
    expect(checkDocument(two(['loss.loss'])).diagnostics).toMatchObject([
      { code: 'loss-not-trained', severity: 'warning', node: 'adam', port: 'loss' },
    ]);
    expect(checkDocument(two(['loss.loss', 'loss2.loss', 'loss2.loss'])).diagnostics).toMatchObject([
      { code: 'duplicate-loss', severity: 'error', node: 'loss2' },
    ]);
  });

  it.each([
    [
      'Linear',
      'outFeatures',
      0,
      'outFeatures of Linear: expected at least 1, got 0',
      { problem: 'at-least', bound: 1 },
    ],
    ['Linear', 'outFeatures', 'x', 'outFeatures of Linear: expected a number, got "x"', { problem: 'number' }],
    ['Linear', 'outFeatures', 1.5, 'outFeatures of Linear: expected a whole number, got 1.5', { problem: 'whole' }],
    ['Linear', 'bias', 1, 'bias of Linear: expected true or false, got 1', { problem: 'boolean' }],
    ['Dropout', 'p', 1, 'p of Dropout: expected less than 1, got 1', { problem: 'less-than', bound: 1 }],
    ['Flatten', 'startDim', 9, 'startDim of Flatten: expected at most 8, got 9', { problem: 'at-most', bound: 8 }],
    [
      'RandomTensor',
      'shape',
      [0],
      'shape of RandomTensor: expected a list of whole numbers of at least 1, got [0]',
      { problem: 'list-at-least', bound: 1 },
    ],
    [
      'MSELoss',
      'reduction',
      'max',
      'reduction of MSELoss: expected one of mean, sum, none, got "max"',
      { problem: 'one-of', bound: 'mean, sum, none' },
    ],
  ])('says why %s refuses %s %j, in English and for other languages', (kind, setting, value, message, values) => {
    const { diagnostics } = checkDocument(document([node('a', kind, { [setting]: value })], []));
    expect(diagnostics.find((d) => d.code === 'invalid-setting')).toMatchObject({ message, values });
  });

  it('finds everything at once', () => {
    const d = document([node('a', 'Nope'), node('b', 'ReLU'), node('c', 'RandomTensor', { shape: 'x' })], []);
    expect(codes(d).sort()).toEqual(['invalid-setting', 'missing-input', 'unknown-kind']);
  });

  it('has a message and a remedy in every row of its table', () => {
    for (const row of Object.values(diagnosticTable)) {
      expect(row.message.length).toBeGreaterThan(5);
      expect(row.hint.length).toBeGreaterThan(5);
    }
  });
});

describe('the text of a document', () => {
  it('comes back as it went, to the byte', () => {
    const text = formatDocument(regression());
    const parsed = parseDocument(text);
    expect(parsed.document).toEqual(regression());
    expect(parsed.document && formatDocument(parsed.document)).toBe(text);
  });

  it('may begin with a byte order mark', () => {
    expect(parseDocument(`\uFEFF${formatDocument(regression())}`).document).toEqual(regression());
  });

  it('does not depend on the order in which keys were set', () => {
    const d = regression();
    const shuffled = Object.fromEntries(Object.entries(d).reverse()) as unknown as GraphDocument;
    const turned = {
      ...shuffled,
      nodes: d.nodes.map(({ settings, kind, id, ...rest }) => ({ settings, ...rest, kind, id })),
    };
    expect(formatDocument(turned)).toBe(formatDocument(d));
  });

  it('changes one line when a node moves', () => {
    const moved = (x: number) =>
      formatDocument({ ...regression(), view: { nodes: { x: { x, y: 0 }, y: { x: 0, y: 9 } } } }).split('\n');
    expect(moved(1).filter((line, i) => line !== moved(2.04)[i])).toHaveLength(1);
    expect(moved(2.04)).toEqual(moved(2.0000001));
  });

  it.each([
    ['malformed-json', '{\n  "format": "gradloom",\n  "version": 1,,\n}', 'line 3, column 16'],
    ['malformed-json', '{ "format": "gradloom"', 'line 1, column 23'],
    ['malformed-json', '', 'line 1, column 1'],
    ['not-a-document', '[]', 'not a Gradloom document'],
    ['newer-version', '{ "format": "gradloom", "version": 7 }', 'version 7'],
  ])('refuses what cannot be read: %s', (code, text, said) => {
    const [found] = parseDocument(text).diagnostics ?? [];
    expect(found?.code).toBe(code);
    expect(found?.message).toContain(said);
  });

  it.each([
    ['/etc/passwd', false],
    ['\\\\server\\file', false],
    ['C:\\file', false],
    ['c:file', false],
    ['file', true],
    ['folder/file', true],
    ['../beside/file', true],
  ])('takes paths of data from the document only: %s', (path, taken) => {
    const found = parseDocument(JSON.stringify({ ...regression(), data: { file: { path } } }));
    if (taken) expect(found.document?.data.file?.path).toBe(path);
    else
      expect(found.diagnostics).toMatchObject([
        { code: 'invalid-field', message: 'data.file.path: a path is relative to the document' },
      ]);
  });

  it.each([
    [{}, 'expected a node with pass and when, or a wire, a parameter or a block, got {}'],
    ['a', 'expected a node with pass and when, or a wire, a parameter or a block, got "a"'],
    [{ node: 'a', pass: 'both', when: 'before' }, 'pass: expected "forward" or "backward", got "both"'],
    [{ node: 'a', pass: 'forward' }, 'when: expected "before" or "after", got nothing'],
    [{ wire: 'a→b', hit: 2 }, 'there is no hit here'],
    [{ wire: 5 }, 'wire: expected text, got 5'],
    [
      { wire: 'a→b', condition: { of: 'sum' } },
      'condition: expected of to be "norm", "mean" or "max", with above or below, or "nonFinite" or "risingLoss", got {"of":"sum"}',
    ],
    [{ wire: 'a→b', condition: { of: 'norm', above: '1' } }, 'condition: above: expected a number, got "1"'],
  ])('says what is wrong with the breakpoint %j', (breakpoint, said) => {
    const { view } = regression();
    const text = JSON.stringify({ ...regression(), view: { ...view, breakpoints: [breakpoint] } });
    const { diagnostics = [] } = parseDocument(text);
    expect(diagnostics.map(({ message }) => message)).toEqual([`view.breakpoints.0: ${said}`]);
  });

  it('says what a setting of a module is to be', () => {
    const definition = { params: { w: {} }, ports: { inputs: [], outputs: [] }, nodes: [], wires: [] };
    const text = JSON.stringify({ ...regression(), modules: { Net: definition } });
    const [found] = parseDocument(text).diagnostics ?? [];
    const said = 'expected a type, "int", "float" or "bool", and a default, got {}';
    expect(found?.message).toBe(`modules.Net.params.w: ${said}`);
  });

  it.each([
    ['a node', '"id": "y"', '"id": "__proto__"', 'nodes.1.id: ids are'],
    ['a setting', '"outFeatures": 5', '"__proto__": 5', 'nodes.3.settings.__proto__: nothing may be called __proto__'],
    ['a module', '"modules": {', '"modules": { "__proto__": {}', 'modules.__proto__: nothing may be called __proto__'],
    ['data', '"data": {', '"data": { "__proto__": { "path": "x" }', 'data.__proto__: nothing may be called __proto__'],
  ])('refuses %s that is called as no key may be', (_what, here, instead, said) => {
    const text = formatDocument(regression());
    expect(text).toContain(here);
    const [found] = parseDocument(text.replace(here, instead)).diagnostics ?? [];
    expect([found?.code, found?.message]).toEqual(['invalid-field', expect.stringContaining(said)]);
    // As text it is nothing but text.
    expect(parseDocument(formatDocument({ ...regression(), name: '__proto__' })).diagnostics).toBeUndefined();
  });

  it('takes names that every object knows for what the document says they are', () => {
    const Net = {
      params: { constructor: { type: 'int', default: 5 }, toString: { type: 'int', default: 3 } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: [node('linear', 'Linear', { outFeatures: { param: 'constructor' } })],
      wires: [wire('inputs.x', 'linear.input'), wire('linear.output', 'outputs.y')],
    } as const;
    const text = JSON.stringify({
      ...document(
        [node('x', 'RandomTensor', { shape: [4, 3] }), node('net', 'module:Net')],
        [wire('x.output', 'net.x')],
      ),
      modules: { Net },
    });
    const parsed = parseDocument(text).document ?? emptyDocument();
    const { diagnostics, shapes } = checkDocument(parsed);
    expect(diagnostics).toEqual([]);
    expect(shapes.get('net.y')?.shape).toEqual([4, 5]);
    const strange = checkDocument(document([node('x', 'RandomTensor', { toString: 1 })], []));
    expect(strange.diagnostics.map(({ code }) => code)).toEqual(['unknown-setting']);
    expect(strange.shapes.has('x.output')).toBe(true);
  });

  it('names every wrong field and the node it belongs to', () => {
    const text = JSON.stringify({ ...regression(), name: 3, wires: [], nodes: [{ id: 'a', kind: 7, settings: {} }] });
    const found = parseDocument(text).diagnostics ?? [];
    expect(found.map((f) => [f.code, f.node])).toEqual(
      expect.arrayContaining([
        ['invalid-field', 'a'],
        ['invalid-field', undefined],
      ]),
    );
    expect(found).toHaveLength(2);
  });

  it('tells what is wrong with the rest in the same breath, and nothing that follows from what it told', () => {
    const whole = regression();
    const broken = {
      ...whole,
      bogus: 1,
      run: { ...whole.run, seed: 1.5, steps: -4 },
      nodes: [
        ...whole.nodes.map((node) => (node.kind === 'Linear' ? { ...node, settings: { outFeatures: 'eight' } } : node)),
        { id: whole.nodes[0]?.id, kind: 'Foo', settings: {} },
        { id: 'kindless', settings: {} },
      ],
    };
    const found = parseDocument(JSON.stringify(broken)).diagnostics ?? [];
    expect(found.map((f) => f.code).sort()).toEqual([
      'duplicate-id',
      ...Array.from({ length: 4 }, () => 'invalid-field'),
      'invalid-setting',
      'invalid-setting',
      'unknown-kind',
    ]);
    const said = found.map((f) => f.message).join('\n');
    expect(said).toContain('run.seed: expected a whole number, got 1.5');
    expect(said).toContain('run.steps: expected at least 1, got -4');
    expect(said).toContain('there is no bogus here');
    expect(said).toContain(`nodes.${broken.nodes.length - 1}.kind: expected text, got nothing`);
  });
});

it('a loop may be a link of a Sequential: its body is wired, the loop itself is not', () => {
  const chain: GraphDocument = {
    ...emptyDocument(),
    nodes: [
      { id: 'x', kind: 'RandomTensor', settings: { shape: [4, 3] } },
      { id: 'model', kind: 'Sequential', settings: {} },
      { id: 'first', kind: 'Linear', settings: { outFeatures: 5 }, parent: 'model' },
      { id: 'loop', kind: 'Repeat', settings: {}, parent: 'model' },
      { id: 'act', kind: 'Tanh', settings: {}, parent: 'loop' },
    ],
    wires: [
      { from: 'x.output', to: 'model.input' },
      { from: 'loop.current', to: 'act.input' },
      { from: 'act.output', to: 'loop.next' },
    ],
  };
  const { diagnostics, shapes } = checkDocument(chain);
  expect(diagnostics).toEqual([]);
  expect(shapes.get('model.output')?.shape).toEqual([4, 5]);
  const wired = checkDocument({ ...chain, wires: [...chain.wires, { from: 'x.output', to: 'loop.start' }] });
  expect(wired.diagnostics.map((d) => d.code)).toEqual(['inside-chain']);
});
