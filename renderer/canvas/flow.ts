import { type Edge, type Node, Position } from '@xyflow/react';
import { type Diagnostic, type DocumentNode, type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { formatShape, type Shape } from '../../engine/tensor/shape.ts';
import { CARD_WIDTH, cardHeight, PORT_SIZE, portY, rowsOf } from '../nodes/anatomy.ts';
import { problemText } from '../text/problem.ts';
import { chainLayout, type Place } from './chain.ts';
import { NOTE_WIDTH, noteHeight, noteId, textOfNote } from './notes.ts';

/** What a card is drawn from. Live numbers never pass through here. */
export interface CardData extends Record<string, unknown> {
  /** The tab, whose session's numbers the card shows. */
  readonly tab: string;
  readonly node: DocumentNode;
  readonly kind: NodeKind | undefined;
  readonly label: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly parameters: readonly string[];
  /** The last axis of what flows in: the value of settings that are inferred. */
  readonly inferred: number | undefined;
  /** How many numbers the node learns. */
  readonly weights: number;
}
export interface FrameData extends CardData {
  readonly empty: boolean;
  /** Heights of the terminals' centres. */
  readonly entry: number;
  readonly exit: number;
}
export interface NoteData extends Record<string, unknown> {
  readonly text: string;
}
export interface WireData extends Record<string, unknown> {
  readonly shape: string | undefined;
  readonly wrong: string | undefined;
  /** Drawn because two layers follow each other in a Sequential; no wire of the document. */
  readonly implied: boolean;
}
export type CardNode = Node<CardData, 'card'>;
export type FrameNode = Node<FrameData, 'frame'>;
export type NoteNode = Node<NoteData, 'note'>;
export type FlowNode = CardNode | FrameNode | NoteNode;
export type FlowEdge = Edge<WireData, 'wire'>;

export interface FlowInput {
  readonly tab: string;
  readonly document: GraphDocument;
  readonly kinds: ReadonlyMap<string, NodeKind>;
  readonly selected: ReadonlySet<string>;
  /** The input whose wire is selected. */
  readonly wire: string | null;
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly parametersOf: (node: string) => readonly string[];
  readonly weightsOf: (node: string) => number;
  readonly language: 'en' | 'zh';
}

const none: readonly Diagnostic[] = [];
const nothing: readonly string[] = [];
const frameTerminal = { width: 16, height: 26 };

type Handles = NonNullable<FlowNode['handles']>;

function handlesOf(kind: NodeKind | undefined, width: number, height: number): Handles {
  if (!kind) return [];
  const at = (x: number, y: number) => ({
    x: x - PORT_SIZE / 2,
    y: y - PORT_SIZE / 2,
    width: PORT_SIZE,
    height: PORT_SIZE,
  });
  return [
    ...kind.inputs.map((port, i) => ({
      id: port.name,
      type: 'target' as const,
      position: Position.Left,
      ...at(0, portY(i, kind.inputs.length, height)),
    })),
    ...kind.outputs.map((port, i) => ({
      id: port.name,
      type: 'source' as const,
      position: Position.Right,
      ...at(width, portY(i, kind.outputs.length, height)),
    })),
  ];
}

/** A frame's terminals stand on its border; each has an outer and an inner side. */
function frameHandles(kind: NodeKind, width: number, entry: number, exit: number): Handles {
  const { height } = frameTerminal;
  const input = kind.inputs[0]?.name ?? 'input';
  const output = kind.outputs[0]?.name ?? 'output';
  return [
    { id: input, type: 'target', position: Position.Left, x: -8, y: entry - height / 2, width: 1, height },
    { id: `${input}:inner`, type: 'source', position: Position.Right, x: 7, y: entry - height / 2, width: 1, height },
    { id: output, type: 'source', position: Position.Right, x: width + 7, y: exit - height / 2, width: 1, height },
    {
      id: `${output}:inner`,
      type: 'target',
      position: Position.Left,
      x: width - 8,
      y: exit - height / 2,
      width: 1,
      height,
    },
  ];
}

const textOf = (problems: readonly Diagnostic[]) =>
  problems.map((d) => `${d.code} ${d.severity} ${d.message}`).join('\n');

const sameList = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((v, i) => v === b[i]);

/**
 * Turns documents into React Flow's nodes and wires. It keeps the objects of the last call and hands the same ones out again
 * for whatever did not change, so that an edit of one node renders that node only.
 */
export function createFlow(): (input: FlowInput) => { nodes: FlowNode[]; edges: FlowEdge[] } {
  const nodeCache = new Map<string, { key: readonly unknown[]; value: FlowNode }>();
  const edgeCache = new Map<string, { key: readonly unknown[]; value: FlowEdge }>();
  let last: { nodes: FlowNode[]; edges: FlowEdge[] } = { nodes: [], edges: [] };

  const remember = <T>(
    cache: Map<string, { key: readonly unknown[]; value: T }>,
    id: string,
    key: unknown[],
    make: () => T,
  ): T => {
    const have = cache.get(id);
    if (have && sameList(have.key, key)) return have.value;
    const value = make();
    cache.set(id, { key, value });
    return value;
  };

  return ({
    tab,
    document,
    kinds,
    selected,
    wire: selectedWire,
    diagnostics,
    shapes,
    parametersOf,
    weightsOf,
    language,
  }) => {
    const seen = new Set<string>();
    const nodes: FlowNode[] = [];
    const edges: FlowEdge[] = [];
    const frames = new Map(document.nodes.filter((n) => kinds.get(n.kind)?.block).map((n) => [n.id, n]));
    const children = Map.groupBy(
      document.nodes.filter((n) => n.parent !== undefined && frames.has(n.parent)),
      (n) => n.parent,
    );
    const linkBefore = new Map([...children.values()].flatMap((links) => links.map((link, i) => [link, links[i - 1]])));

    const kindOf = new Map(document.nodes.map((node) => [node.id, kinds.get(node.kind)]));
    const sources = new Map(document.wires.map((wire) => [wire.to, wire.from]));
    /** The output that feeds a node's first input: by wire, or the link before it. */
    const sourceOf = (node: DocumentNode): string | undefined => {
      const input = kinds.get(node.kind)?.inputs[0]?.name;
      const frame = node.parent === undefined ? undefined : frames.get(node.parent);
      if (!frame) return sources.get(`${node.id}.${input}`);
      const before = linkBefore.get(node);
      return before ? `${before.id}.${kinds.get(before.kind)?.outputs[0]?.name}` : sourceOf(frame);
    };

    const sizeOf = (node: DocumentNode) => {
      const kind = kinds.get(node.kind);
      const parameters = selected.has(node.id) ? parametersOf(node.id) : [];
      return {
        width: CARD_WIDTH,
        height: kind ? cardHeight(rowsOf(kind, nothing), kind) : 52,
        // Parameters' rows grow downwards, so that neither ports nor neighbours move when a card is selected.
        grown: kind ? cardHeight(rowsOf(kind, parameters), kind) : 52,
        parameters,
      };
    };

    const card = (node: DocumentNode, place: Place, parent: string | undefined) => {
      const view = document.view.nodes[node.id];
      const kind = kinds.get(node.kind);
      const size = sizeOf(node);
      const problems = diagnostics.get(node.id) ?? none;
      const isSelected = selected.has(node.id);
      const label = view?.label ?? node.id;
      const inferred = shapes.get(sourceOf(node) ?? '')?.at(-1);
      seen.add(node.id);
      nodes.push(
        remember(
          nodeCache,
          node.id,
          [
            node,
            kind,
            place.x,
            place.y,
            parent,
            label,
            textOf(problems),
            isSelected,
            size.grown,
            size.parameters.join(),
            inferred,
            weightsOf(node.id),
          ],
          () => ({
            id: node.id,
            type: 'card',
            position: { x: place.x, y: place.y },
            width: size.width,
            height: size.grown,
            measured: { width: size.width, height: size.grown },
            handles: handlesOf(kind, size.width, size.height),
            selected: isSelected,
            zIndex: isSelected ? 2 : 1,
            ariaLabel: `${label}, ${node.kind}`,
            ...(parent === undefined ? {} : { parentId: parent }),
            data: {
              tab,
              node,
              kind,
              label,
              diagnostics: problems,
              parameters: size.parameters,
              inferred,
              weights: weightsOf(node.id),
            },
          }),
        ),
      );
    };

    for (const node of document.nodes) {
      if (node.parent !== undefined && frames.has(node.parent)) continue;
      const view = document.view.nodes[node.id];
      const place = { x: view?.x ?? 0, y: view?.y ?? 0 };
      const kind = kinds.get(node.kind);
      if (!kind?.block) {
        card(node, place, undefined);
        continue;
      }
      const inside = children.get(node.id) ?? [];
      const layout = chainLayout(inside.map(sizeOf), view?.width);
      const problems = diagnostics.get(node.id) ?? none;
      const isSelected = selected.has(node.id);
      const label = view?.label ?? node.id;
      seen.add(node.id);
      nodes.push(
        remember(
          nodeCache,
          node.id,
          [
            node,
            kind,
            place.x,
            place.y,
            label,
            textOf(problems),
            isSelected,
            layout.width,
            layout.height,
            layout.entry,
            layout.exit,
            inside.length === 0,
          ],
          () => ({
            id: node.id,
            type: 'frame',
            position: { x: place.x, y: place.y },
            width: layout.width,
            height: layout.height,
            measured: { width: layout.width, height: layout.height },
            handles: frameHandles(kind, layout.width, layout.entry, layout.exit),
            selected: isSelected,
            zIndex: -1,
            ariaLabel: `${label}, ${node.kind}`,
            data: {
              tab,
              node,
              kind,
              label,
              diagnostics: problems,
              parameters: nothing,
              inferred: undefined,
              weights: 0,
              empty: inside.length === 0,
              entry: layout.entry,
              exit: layout.exit,
            },
          }),
        ),
      );
      inside.forEach((child, i) => {
        card(child, layout.places[i] ?? { x: 0, y: 0 }, node.id);
      });
      const stops = [
        {
          id: node.id,
          out: `${kind.inputs[0]?.name ?? 'input'}:inner`,
          in: `${kind.outputs[0]?.name ?? 'output'}:inner`,
          shapeOf: undefined,
        },
        ...inside.map((child) => {
          const childKind = kinds.get(child.kind);
          const out = childKind?.outputs[0]?.name ?? 'output';
          return { id: child.id, out, in: childKind?.inputs[0]?.name ?? 'input', shapeOf: `${child.id}.${out}` };
        }),
      ];
      stops.forEach((from, i) => {
        const to = stops[(i + 1) % stops.length];
        if (!to || inside.length === 0) return;
        const id = `${node.id}:${from.id}:${to.id}`;
        const shape = from.shapeOf === undefined ? undefined : shapes.get(from.shapeOf);
        const text = shape && i < stops.length - 1 ? formatShape(shape) : undefined;
        seen.add(id);
        edges.push(
          remember(edgeCache, id, [from.out, to.in, text], () => ({
            id,
            type: 'wire',
            source: from.id,
            sourceHandle: from.out,
            target: to.id,
            targetHandle: to.in,
            selectable: false,
            deletable: false,
            reconnectable: false,
            focusable: false,
            data: { shape: text, wrong: undefined, implied: true },
          })),
        );
      });
    }

    for (const wire of document.wires) {
      const from = splitPort(wire.from);
      const to = splitPort(wire.to);
      const id = `${wire.from}→${wire.to}`;
      const shape = shapes.get(wire.from);
      const text = shape ? formatShape(shape) : undefined;
      const found = (diagnostics.get(to.node) ?? none).find((d) => d.port === to.port && d.severity === 'error');
      const problem = found && problemText(found, language).message;
      const isSelected = selectedWire === wire.to;
      // A wire to a port that is not there cannot be drawn; the check says so.
      const ends = [kindOf.get(from.node)?.outputs, kindOf.get(to.node)?.inputs];
      if (!ends[0]?.some((p) => p.name === from.port) || !ends[1]?.some((p) => p.name === to.port)) continue;
      seen.add(id);
      edges.push(
        remember(edgeCache, id, [text, problem, isSelected], () => ({
          id,
          type: 'wire',
          source: from.node,
          sourceHandle: from.port,
          target: to.node,
          targetHandle: to.port,
          selected: isSelected,
          data: { shape: text, wrong: problem, implied: false },
        })),
      );
    }

    for (const note of document.view.notes ?? []) {
      const id = noteId(note);
      const text = textOfNote(note, language);
      const width = note.width ?? NOTE_WIDTH;
      seen.add(id);
      nodes.push(
        remember(nodeCache, id, [note, text, selected.has(id)], () => ({
          id,
          type: 'note',
          position: { x: note.x, y: note.y },
          width,
          height: noteHeight(text, width),
          measured: { width, height: noteHeight(text, width) },
          selected: selected.has(id),
          connectable: false,
          data: { text },
        })),
      );
    }
    for (const cache of [nodeCache, edgeCache]) for (const id of cache.keys()) if (!seen.has(id)) cache.delete(id);
    // React Flow takes a list in whenever it is another one, and asks every node and wire again.
    last = {
      nodes: sameList(nodes, last.nodes) ? last.nodes : nodes,
      edges: sameList(edges, last.edges) ? last.edges : edges,
    };
    return last;
  };
}

/** The nodes with those that `places` names somewhere else; all others are the objects they were. */
export const placed = (nodes: readonly FlowNode[], places: ReadonlyMap<string, Place>): FlowNode[] =>
  nodes.map((node) => {
    const position = places.get(node.id);
    return position ? { ...node, position } : node;
  });
