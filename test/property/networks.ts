import fc from 'fast-check';
import { type DocumentNode, emptyDocument, type GraphDocument, type Wire } from '../../engine/graph/document.ts';

/** Random networks that train: blocks within blocks, modules, shared and untied loops, all of one width so that everything fits. */

const WIDTH = 4;
const ROWS = 3;

/** A piece of a network: from one value of (rows, WIDTH) to another. */
type Piece =
  | { readonly kind: 'linear' | 'tanh' | 'relu' | 'skip' }
  | { readonly kind: 'chain' | 'plain'; readonly parts: readonly Piece[] }
  | { readonly kind: 'loop'; readonly parts: readonly Piece[]; readonly count: LoopCount }
  | { readonly kind: 'instance'; readonly module: number };
type LoopCount = { readonly times: number; readonly untied: boolean } | { readonly min: number; readonly max: number };

const MODULES = 2;

const { piece } = fc.letrec<{ piece: Piece; parts: Piece[] }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Piece>({ kind: 'linear' }, { kind: 'tanh' }, { kind: 'relu' }, { kind: 'skip' }),
    fc.nat(MODULES - 1).map((module): Piece => ({ kind: 'instance', module })),
    tie('parts').map((parts): Piece => ({ kind: 'chain', parts: parts.filter(isLink) })),
    fc
      .record({
        parts: tie('parts'),
        count: fc.oneof(
          fc.record({ times: fc.nat(2), untied: fc.boolean() }),
          fc.tuple(fc.nat(1), fc.nat(2)).map(([min, more]) => ({ min, max: min + more })),
        ),
      })
      .map(({ parts, count }): Piece => ({ kind: 'loop', parts, count })),
  ),
  parts: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }),
}));

/** What a chain can hold without wires. */
const isLink = (one: Piece): boolean =>
  one.kind === 'linear' ||
  one.kind === 'tanh' ||
  one.kind === 'relu' ||
  one.kind === 'chain' ||
  one.kind === 'instance';

interface Draft {
  readonly nodes: DocumentNode[];
  readonly wires: Wire[];
  count: number;
}

/** Adds a piece to `draft`, in the frame `parent`; `source` feeds it. Returns what it gives. */
function add(draft: Draft, one: Piece, source: string, parent: string | undefined, constant: string): string {
  const node = (kind: string, settings: DocumentNode['settings'] = {}): string => {
    const id = `${kind.replace(/\W/g, '').toLowerCase()}${++draft.count}`;
    draft.nodes.push({ id, kind, settings, ...(parent === undefined ? {} : { parent }) });
    return id;
  };
  const wired = (kind: string, settings: DocumentNode['settings'] = {}): string => {
    const id = node(kind, settings);
    draft.wires.push({ from: source, to: `${id}.input` });
    return id;
  };
  switch (one.kind) {
    case 'linear':
      return `${wired('Linear', { outFeatures: WIDTH })}.output`;
    case 'tanh':
      return `${wired('Tanh')}.output`;
    case 'relu':
      return `${wired('ReLU')}.output`;
    case 'skip': {
      // The constant comes from outside of all blocks of this graph.
      const id = wired('Add');
      draft.wires.push({ from: constant, to: `${id}.other` });
      return `${id}.output`;
    }
    case 'instance': {
      const id = node(`module:M${one.module}`, { width: WIDTH });
      draft.wires.push({ from: source, to: `${id}.x` });
      return `${id}.y`;
    }
    case 'plain':
      return one.parts.reduce((from, part) => add(draft, part, from, parent, constant), source);
    case 'chain': {
      const id = wired('Sequential');
      for (const part of one.parts) link(draft, part, id);
      return `${id}.output`;
    }
    case 'loop': {
      const settings =
        'times' in one.count
          ? { times: one.count.times, weights: one.count.untied ? 'untied' : 'shared' }
          : { count: 'drawn', ...one.count };
      const id = node('Repeat', settings);
      draft.wires.push({ from: source, to: `${id}.start` });
      const given = one.parts.reduce((from, part) => add(draft, part, from, id, constant), `${id}.current`);
      draft.wires.push({ from: given, to: `${id}.next` });
      return `${id}.result`;
    }
    default:
      return one satisfies never;
  }
}

function link(draft: Draft, one: Piece, parent: string): void {
  if (one.kind === 'instance') {
    const id = `instance${++draft.count}`;
    draft.nodes.push({ id, kind: `module:M${one.module}`, settings: { width: WIDTH }, parent });
    return;
  }
  const kinds = { linear: 'Linear', tanh: 'Tanh', relu: 'ReLU', chain: 'Sequential' } as const;
  if (!(one.kind in kinds)) return;
  const kind = kinds[one.kind as keyof typeof kinds];
  const id = `${kind.toLowerCase()}${++draft.count}`;
  draft.nodes.push({ id, kind, settings: kind === 'Linear' ? { outFeatures: WIDTH } : {}, parent });
  if (one.kind === 'chain') for (const part of one.parts) link(draft, part, id);
}

/** The body of a module: no instance of itself, nor of a later one. */
const bodyOf = (parts: readonly Piece[], rank: number): Piece[] =>
  parts.map((one): Piece => {
    if (one.kind === 'instance') return one.module < rank ? one : { kind: 'linear' };
    return 'parts' in one ? { ...one, parts: bodyOf(one.parts, rank) } : one;
  });

function build(
  parts: readonly Piece[],
  bodies: readonly (readonly Piece[])[],
  optimizer: string,
  tied: boolean,
): GraphDocument {
  const modules = Object.fromEntries(
    bodies.map((body, i) => {
      const draft: Draft = { nodes: [], wires: [], count: 0 };
      const scaled: DocumentNode = { id: 'first', kind: 'Linear', settings: { outFeatures: { param: 'width' } } };
      draft.nodes.push(scaled);
      draft.wires.push({ from: 'inputs.x', to: 'first.input' });
      const given = bodyOf(body, i).reduce((from, one) => add(draft, one, from, undefined, 'inputs.x'), 'first.output');
      draft.wires.push({ from: given, to: 'outputs.y' });
      return [
        `M${i}`,
        {
          params: { width: { type: 'int' as const, default: WIDTH } },
          ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
          nodes: draft.nodes,
          wires: draft.wires,
        },
      ];
    }),
  );
  const draft: Draft = { nodes: [], wires: [], count: 0 };
  draft.nodes.push({ id: 'x', kind: 'RandomTensor', settings: { shape: [ROWS, WIDTH] } });
  draft.nodes.push({ id: 'y', kind: 'RandomTensor', settings: { shape: [ROWS, WIDTH] } });
  const given = parts.reduce((from, one) => add(draft, one, from, undefined, 'x.output'), 'x.output');
  draft.nodes.push({ id: 'last', kind: 'Linear', settings: { outFeatures: WIDTH } });
  draft.nodes.push({ id: 'loss', kind: 'MSELoss', settings: {} });
  draft.nodes.push({ id: 'opt', kind: optimizer, settings: { lr: 0.05 } });
  draft.wires.push(
    { from: given, to: 'last.input' },
    { from: 'last.output', to: 'loss.input' },
    { from: 'y.output', to: 'loss.target' },
    { from: 'loss.loss', to: 'opt.loss' },
  );
  return {
    ...emptyDocument('random'),
    modules,
    nodes: tied ? tieSecond(draft.nodes) : draft.nodes,
    wires: draft.wires,
    run: { mode: 'dynamic', seed: 3, steps: 3 },
    view: { nodes: Object.fromEntries(draft.nodes.map(({ id }, i) => [id, { x: i * 20, y: -i }])) },
  };
}

/** Instances of one module outside of blocks share the weights of the first. */
function tieSecond(nodes: readonly DocumentNode[]): DocumentNode[] {
  const firsts = new Map<string, string>();
  return nodes.map((node) => {
    if (!node.kind.startsWith('module:') || node.parent !== undefined) return node;
    const first = firsts.get(node.kind);
    if (first !== undefined) return { ...node, tiedTo: first };
    firsts.set(node.kind, node.id);
    return node;
  });
}

/** Documents with nested blocks; all pass the check and train. */
export const networks: fc.Arbitrary<GraphDocument> = fc
  .record({
    parts: fc.array(piece, { minLength: 1, maxLength: 4 }),
    bodies: fc.tuple(fc.array(piece, { maxLength: 2 }), fc.array(piece, { maxLength: 2 })),
    optimizer: fc.constantFrom('SGD', 'Adam'),
    tied: fc.boolean(),
  })
  .map(({ parts, bodies, optimizer, tied }) => build(parts, bodies, optimizer, tied));

/** Nodes of one block, in the document or in one of its definitions. */
export const placesAnywhere = networks.chain((document) => {
  const scopes = [null, ...Object.keys(document.modules)];
  return fc.constantFrom(...scopes).chain((module) => {
    const { nodes } = module === null ? document : (document.modules[module] ?? document);
    const free = nodes.filter((n) => n.id !== 'loss' && n.id !== 'opt');
    const levels = [...Map.groupBy(free, (n) => n.parent).values()].map((level) => level.map((n) => n.id));
    return fc
      .constantFrom(...levels)
      .chain((level) => fc.subarray(level, { minLength: 1 }).map((ids) => ({ document, module, ids })));
  });
});
