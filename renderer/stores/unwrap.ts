import { checkDocument } from '../../engine/graph/check.ts';
import type { DocumentNode, GraphDocument, Wire } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { freed, withNotes } from './carried_notes.ts';
import { type Point, rounded, withContents } from './edits.ts';
import { renameNamed } from './named_parameters.ts';
import { type Healed, heal } from './reparent.ts';
import type { UnpackProblem } from './unpack.ts';

export type Unwrapped = (Healed & { readonly ids: readonly string[] }) | { readonly problem: UnpackProblem };

/**
 * Takes a frame away and leaves its contents, wired as they were: the links of a Sequential one after another, the body of a loop
 * once. `places` are those of the contents in the frame.
 */
export function unwrap(document: GraphDocument, id: string, places: ReadonlyMap<string, Point>): Unwrapped {
  const frame = document.nodes.find((n) => n.id === id);
  const kind = frame && kindOf(frame, document.modules);
  if (frame === undefined || (kind?.block !== 'chain' && kind?.block !== 'frame')) return { problem: 'none' };
  const around = document.nodes.find((n) => n.id === frame.parent);
  // The order of the chain around it wires the contents again.
  const inChain = around !== undefined && kindOf(around, document.modules)?.block === 'chain';
  if (inChain && kind.block === 'frame') return { problem: 'linked' };

  const contents = document.nodes.filter((n) => n.parent === id);
  const passages = passagesOf(id, kind);
  const inner = kind.block === 'chain' && !inChain ? linksOf(document, passages, contents) : [];
  const { wires, sourceOf } = joined([...document.wires, ...inner], passages);
  const bare = contents.map(
    ({ parent: _, ...n }): DocumentNode => (frame.parent === undefined ? n : { ...n, parent: frame.parent }),
  );
  const members = withContents(document, [id]);
  const holders = new Set([...checkDocument(document).parameters.values()].map(({ node }) => node));
  const own = [...members].filter((one) => one !== id && holders.has(one));
  const held = renameNamed(document, (ids) => ids.flatMap((one) => (one === id ? own : [one])));
  if (held === undefined) return { problem: 'named' };
  const nodes = held.filter((n) => n.parent !== id).flatMap((n) => (n.id === id ? bare : [n]));
  const losses = document.run.losses?.map((loss) => sourceOf(loss) ?? loss);
  const { [id]: corner = { x: 0, y: 0 }, ...others } = document.view.nodes;
  const views = contents.map((n) => {
    const { x, y } = places.get(n.id) ?? { x: 0, y: 0 };
    return [n.id, { ...document.view.nodes[n.id], ...rounded({ x: corner.x + x, y: corner.y + y }) }] as const;
  });
  const opened = heal({
    ...document,
    nodes,
    wires,
    run: losses === undefined ? document.run : { ...document.run, losses },
    view: {
      ...withNotes(document.view, freed(document.view.notes, id)),
      nodes: { ...others, ...Object.fromEntries(views) },
    },
  });
  return { ...opened, ids: contents.map((n) => n.id) };
}

/** The four ends at which a value enters a frame, is there inside, is handed back and comes out. */
interface Passage {
  readonly enters: string;
  readonly inside: string;
  readonly back: string;
  readonly leaves: string;
}

function passagesOf(id: string, { block, inputs, outputs, inner }: NodeKind): Passage[] {
  // A chain's inner ends have the names of the outer ones.
  const within = (name: string | undefined) => `${id}.${name}${block === 'chain' ? ' inside' : ''}`;
  return inputs.map(({ name }, i) => ({
    enters: `${id}.${name}`,
    inside: within(inner?.sources[i]?.name),
    back: within(inner?.targets[i]?.name),
    leaves: `${id}.${outputs[i]?.name}`,
  }));
}

/** What a chain's order says, as wires. */
function linksOf({ modules }: GraphDocument, [passage]: Passage[], contents: readonly DocumentNode[]): Wire[] {
  if (passage === undefined) return [];
  const wires: Wire[] = [];
  let from = passage.inside;
  for (const link of contents) {
    const kind = kindOf(link, modules);
    const [input, output] = [kind?.inputs[0]?.name, kind?.outputs[0]?.name];
    if (input === undefined || output === undefined) continue;
    wires.push({ from, to: `${link.id}.${input}` });
    from = `${link.id}.${output}`;
  }
  return [...wires, { from, to: passage.back }];
}

/** Joins what was wired to both sides of a border into one wire each; what had no other side goes. */
function joined(wires: readonly Wire[], passages: readonly Passage[]) {
  const fed = new Map(wires.map(({ from, to }) => [to, from]));
  const way = new Map(passages.flatMap((p) => [[p.inside, p.enters] as const, [p.leaves, p.back] as const]));
  const ends = new Set(passages.flatMap(({ enters, back }) => [enters, back]));
  const sourceOf = (from: string): string | undefined => {
    const before = way.get(from);
    const source = before === undefined ? from : fed.get(before);
    return source === from || source === undefined ? source : sourceOf(source);
  };
  const kept = wires
    .filter(({ to }) => !ends.has(to))
    .flatMap(({ from, to }) => {
      const source = sourceOf(from);
      return source === undefined ? [] : [{ from: source, to }];
    });
  return { wires: kept, sourceOf };
}
