import type { GraphDocument, GraphView, Note } from '../../engine/graph/document.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { freeId, type Point, rounded } from './edits.ts';

/** Notes that go with their nodes from one graph to another. They stand on the canvas itself, also beside what stands in blocks. */

/** Where a node stands on the canvas, whatever blocks it is in. */
export function onCanvas(graph: GraphDocument, id: string | undefined): Point {
  const boxes = layoutOf(graph);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  let [x, y] = [0, 0];
  let at = id === undefined ? undefined : byId.get(id);
  for (let steps = 0; at !== undefined && steps <= byId.size; steps++) {
    const around = at.parent === undefined ? undefined : byId.get(at.parent);
    // A chain says itself where its links stand.
    const place = boxes.get(around?.id ?? '')?.block?.places.get(at.id) ?? graph.view.nodes[at.id];
    x += place?.x ?? 0;
    y += place?.y ?? 0;
    at = around;
  }
  return { x, y };
}

/** A look with these notes; without a list of them where there are none. */
export function withNotes<Look extends GraphView>(look: Look, notes: readonly Note[]): Omit<Look, 'notes'> & GraphView {
  const { notes: _, ...bare } = look;
  return notes.length === 0 ? bare : { ...bare, notes };
}

/** The notes that hang on one of the nodes, and the others. */
export function partNotes(notes: readonly Note[] = [], nodes: ReadonlySet<string>) {
  const { theirs = [], others = [] } = Object.groupBy(notes, ({ node }) =>
    node !== undefined && nodes.has(node) ? 'theirs' : 'others',
  );
  return { theirs, others };
}

/** The notes, with those that hang on the node `id` standing free: it goes, and what is in it stays. */
export const freed = (notes: readonly Note[] = [], id: string): readonly Note[] =>
  notes.map((note) => {
    if (note.node !== id) return note;
    const { node: _, ...free } = note;
    return free;
  });

/** Notes as another graph has them: moved by `offset`, under ids that are free there, each at what its node is called there. */
export function carried(
  notes: readonly Note[] = [],
  offset: Point,
  there: readonly Note[] = [],
  names: ReadonlyMap<string, string>,
): readonly Note[] {
  const strangers = new Set(there.map(({ id }) => id));
  const taken = new Set([...strangers, ...notes.map(({ id }) => id)]);
  return notes.map(({ node, ...note }): Note => {
    const id = strangers.has(note.id) ? freeId(taken, 'note') : note.id;
    taken.add(id);
    const name = node === undefined ? undefined : names.get(node);
    const place = rounded({ x: note.x + offset.x, y: note.y + offset.y });
    return { ...note, ...place, id, ...(name === undefined ? {} : { node: name }) };
  });
}
