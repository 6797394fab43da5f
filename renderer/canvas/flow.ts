import type { Edge, Node } from '@xyflow/react';
import { type Diagnostic, type DocumentNode, type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import { isTerminalKind, isUnfolded, kindOf, moduleName } from '../../engine/graph/kinds.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { formatShape, type Shape } from '../../engine/tensor/shape.ts';
import { cardHeight, rowsOf } from '../nodes/anatomy.ts';
import { kindName } from '../nodes/kind_name.ts';
import type { Addresses, LoopAddress } from '../stores/addresses.ts';
import { levelOf, nameOf } from '../stores/levels.ts';
import { settled, settledSettings, type Values } from '../stores/params.ts';
import type { Place } from './chain.ts';
import { heightsAround, layoutOf } from './frame_layout.ts';
import { cardHandles, frameHandles, type Terminal } from './handles.ts';
import { NOTE_WIDTH, noteHeight, noteId, textOfNote } from './notes.ts';

/** What a card is drawn from. Live numbers never pass through here. */
export interface CardData extends Record<string, unknown> {
  /** The tab, whose session's numbers the card shows. */
  readonly tab: string;
  readonly node: DocumentNode;
  /** Where the engine finds its numbers. */
  readonly address: string;
  readonly kind: NodeKind | undefined;
  /** Its settings; in an unfolded instance, and in a definition that was opened, with the values that the instance gives them. */
  readonly settings: DocumentNode['settings'];
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
  readonly terminals: readonly Terminal[];
  /** What its contents take: no hand makes it smaller. */
  readonly least: { readonly width: number; readonly height: number };
  /** Of a loop: where its count is told, and the iteration that is looked at. */
  readonly loop: (LoopAddress & { readonly inspected: number }) | undefined;
  /** Of an unfolded instance: the definition that it shows, and how many instances of it there are. */
  readonly module: { readonly name: string; readonly instances: number } | undefined;
}
export interface NoteData extends Record<string, unknown> {
  readonly text: string;
}
export interface WireData extends Record<string, unknown> {
  readonly shape: string | undefined;
  readonly wrong: string | undefined;
  /** Drawn because two layers follow each other in a Sequential; no wire of the document. */
  readonly implied: boolean;
  readonly tab: string;
  /** Addresses of the nodes at its ends. */
  readonly source: string;
  readonly target: string;
}
export type CardNode = Node<CardData, 'card'>;
export type FrameNode = Node<FrameData, 'frame'>;
export type NoteNode = Node<NoteData, 'note'>;
export type FlowNode = CardNode | FrameNode | NoteNode;
export type FlowEdge = Edge<WireData, 'wire'>;

export interface FlowInput {
  readonly tab: string;
  readonly document: GraphDocument;
  readonly addresses: Addresses;
  /** The iteration that is looked at, by a loop's address without numbers. */
  readonly inspected: (loop: string) => number;
  readonly selected: ReadonlySet<string>;
  /** The input whose wire is selected. */
  readonly wire: string | null;
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly parametersOf: (node: string) => readonly string[];
  readonly weightsOf: (node: string) => number;
  /** How many instances of a definition the document has. */
  readonly instancesOf: (module: string) => number;
  /** What the settings of the definition on the canvas are. */
  readonly values: Values;
  readonly language: 'en' | 'zh';
}

const none: readonly Diagnostic[] = [];
const nothing: readonly string[] = [];

const textOf = (problems: readonly Diagnostic[]) =>
  problems.map((d) => `${d.code} ${d.severity} ${d.message}`).join('\n');

const sameList = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((v, i) => v === b[i]);

/** Frames lie beneath wires and cards, inner ones above outer ones. */
const FRAME_LEVEL = -300;

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

  return (input) => {
    const { tab, document, addresses, inspected, selected, diagnostics, shapes, language } = input;
    const { parametersOf, weightsOf, instancesOf } = input;
    const seen = new Set<string>();
    const nodes: FlowNode[] = [];
    const edges: FlowEdge[] = [];
    const boxes = layoutOf(document);
    const kinds = new Map(document.nodes.map((node) => [node.id, kindOf(node, document.modules)]));
    // Parameters' rows grow downwards, so that neither ports nor neighbours move when a card is selected.
    const grown = new Map(
      [...selected].flatMap((id): [string, number][] => {
        const kind = kinds.get(id);
        const isCard = kind !== undefined && boxes.get(id)?.block === undefined;
        return isCard ? [[id, cardHeight(rowsOf(kind, parametersOf(id)), kind)]] : [];
      }),
    );
    const heights = heightsAround(document, boxes, grown);
    const isBlock = (id: string | undefined) => id !== undefined && boxes.get(id)?.block !== undefined;
    const children = Map.groupBy(
      document.nodes.filter((n) => isBlock(n.parent)),
      (n) => n.parent,
    );
    const byId = new Map(document.nodes.map((node) => [node.id, node]));
    const linkBefore = new Map([...children.values()].flatMap((links) => links.map((link, i) => [link, links[i - 1]])));
    const sources = new Map(document.wires.map((wire) => [wire.to, wire.from]));
    /** The output that feeds a node's first input: by wire, or the link before it. */
    const sourceOf = (node: DocumentNode): string | undefined => {
      const port = kinds.get(node.id)?.inputs[0]?.name;
      const frame = node.parent === undefined ? undefined : byId.get(node.parent);
      if (frame === undefined || kinds.get(frame.id)?.block !== 'chain') return sources.get(`${node.id}.${port}`);
      const before = linkBefore.get(node);
      return before ? `${before.id}.${kinds.get(before.id)?.outputs[0]?.name}` : sourceOf(frame);
    };
    const addressOf = (id: string) => addresses.of.get(id) ?? id;
    const endsOf = (source: string, target: string) => ({ tab, source: addressOf(source), target: addressOf(target) });
    const shared = (node: DocumentNode) => ({
      tab,
      node,
      address: addressOf(node.id),
      kind: kinds.get(node.id),
      label: document.view.nodes[node.id]?.label ?? nameOf(node.id),
      settings: settled(
        levelOf(node.id) === '' ? node.settings : settledSettings(document, byId, node, '', false),
        input.values,
      ),
      diagnostics: diagnostics.get(node.id) ?? none,
      weights: weightsOf(node.id),
    });
    const keyOf = (data: ReturnType<typeof shared>, place: Place, parent: string | undefined, isSelected: boolean) => [
      data.node,
      data.kind,
      data.settings === data.node.settings ? null : JSON.stringify(data.settings),
      data.address,
      data.label,
      textOf(data.diagnostics),
      data.weights,
      place.x,
      place.y,
      parent,
      isSelected,
    ];

    const card = (node: DocumentNode, place: Place, parent: string | undefined) => {
      const data = shared(node);
      const { kind } = data;
      const isSelected = selected.has(node.id);
      const parameters = isSelected ? parametersOf(node.id) : nothing;
      const { width = 0, height = 0 } = boxes.get(node.id) ?? {};
      const drawn = grown.get(node.id) ?? height;
      const inferred = shapes.get(sourceOf(node) ?? '')?.at(-1);
      seen.add(node.id);
      const key = [...keyOf(data, place, parent, isSelected), drawn, parameters.join(), inferred];
      nodes.push(
        remember(nodeCache, node.id, key, () => ({
          id: node.id,
          type: 'card',
          position: { x: place.x, y: place.y },
          width,
          height: drawn,
          measured: { width, height: drawn },
          handles: cardHandles(kind, width, height),
          selected: isSelected,
          zIndex: isSelected ? 2 : 1,
          ariaLabel: `${data.label}, ${kindName(node.kind)}`,
          deletable: !isTerminalKind(node.kind),
          ...(parent === undefined ? {} : { parentId: parent }),
          data: { ...data, parameters, inferred },
        })),
      );
    };

    const frame = (node: DocumentNode, place: Place, parent: string | undefined, depth: number) => {
      const data = shared(node);
      const isSelected = selected.has(node.id);
      const box = boxes.get(node.id);
      const inside = children.get(node.id) ?? [];
      const { width = 0 } = box ?? {};
      const height = heights.get(node.id) ?? box?.height ?? 0;
      const { terminals = [], least = { width, height } } = box?.block ?? {};
      const address = addresses.loops.get(node.id);
      const chosen = address && inspected(address.template);
      const shown = isUnfolded(node.kind) ? moduleName(node.kind) : undefined;
      const instances = shown === undefined ? 0 : instancesOf(shown);
      seen.add(node.id);
      const key = [
        ...keyOf(data, place, parent, isSelected),
        width,
        height,
        terminals.map(({ outer, y }) => `${outer} ${y}`).join(),
        least.width,
        least.height,
        inside.length === 0,
        address?.numbered,
        chosen,
        instances,
      ];
      nodes.push(
        remember(nodeCache, node.id, key, () => ({
          id: node.id,
          type: 'frame',
          position: { x: place.x, y: place.y },
          width,
          height,
          measured: { width, height },
          handles: frameHandles(terminals, width),
          selected: isSelected,
          zIndex: FRAME_LEVEL + depth,
          ariaLabel: `${data.label}, ${kindName(node.kind)}`,
          ...(parent === undefined ? {} : { parentId: parent }),
          data: {
            ...data,
            parameters: nothing,
            inferred: undefined,
            empty: inside.length === 0,
            terminals,
            least,
            loop: address && { ...address, inspected: chosen ?? 1 },
            module: shown === undefined ? undefined : { name: shown, instances },
          },
        })),
      );
      for (const child of inside) draw(child, box?.block?.places.get(child.id) ?? { x: 0, y: 0 }, node.id, depth + 1);
      if (data.kind?.block === 'chain') links(node, inside);
    };

    /** What lies in a block comes after it: React Flow asks for that. */
    const draw = (node: DocumentNode, place: Place, parent: string | undefined, depth: number) => {
      if (isBlock(node.id)) frame(node, place, parent, depth);
      else card(node, place, parent);
    };

    /** The wires that a chain has by its order. */
    const links = (node: DocumentNode, inside: readonly DocumentNode[]) => {
      const [left, right] = boxes.get(node.id)?.block?.terminals ?? [];
      const stops = [
        { id: node.id, out: left?.inner ?? '', in: right?.inner ?? '', shapeOf: undefined },
        ...inside.map((child) => {
          const kind = kinds.get(child.id);
          const out = kind?.outputs[0]?.name ?? 'output';
          return { id: child.id, out, in: kind?.inputs[0]?.name ?? 'input', shapeOf: `${child.id}.${out}` };
        }),
      ];
      stops.forEach((from, i) => {
        const to = stops[(i + 1) % stops.length];
        if (!to || inside.length === 0) return;
        const id = `${node.id}:${from.id}:${to.id}`;
        const ends = endsOf(from.id, to.id);
        const shape = from.shapeOf === undefined ? undefined : shapes.get(from.shapeOf);
        const text = shape && i < stops.length - 1 ? formatShape(shape) : undefined;
        seen.add(id);
        edges.push(
          remember(edgeCache, id, [from.out, to.in, text, tab, ends.source, ends.target], () => ({
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
            data: { shape: text, wrong: undefined, implied: true, ...ends },
          })),
        );
      });
    };

    const wires = () => {
      const has = (id: string, port: string, side: 'source' | 'target') => {
        const kind = kinds.get(id);
        const inner = kind?.block === 'frame' ? kind.inner : undefined;
        const ports = side === 'source' ? [kind?.outputs, inner?.sources] : [kind?.inputs, inner?.targets];
        return ports.some((list) => list?.some((p) => p.name === port));
      };
      for (const wire of document.wires) {
        const from = splitPort(wire.from);
        const to = splitPort(wire.to);
        const id = `${wire.from}→${wire.to}`;
        const ends = endsOf(from.node, to.node);
        const shape = shapes.get(wire.from);
        const text = shape ? formatShape(shape) : undefined;
        const problem = (diagnostics.get(to.node) ?? none).find(
          (d) => d.port === to.port && d.severity === 'error',
        )?.message;
        const isSelected = input.wire === wire.to;
        // A wire to a port that is not there cannot be drawn; the check says so.
        if (!has(from.node, from.port, 'source') || !has(to.node, to.port, 'target')) continue;
        seen.add(id);
        edges.push(
          remember(edgeCache, id, [text, problem, isSelected, tab, ends.source, ends.target], () => ({
            id,
            type: 'wire',
            source: from.node,
            sourceHandle: from.port,
            target: to.node,
            targetHandle: to.port,
            selected: isSelected,
            data: { shape: text, wrong: problem, implied: false, ...ends },
          })),
        );
      }
    };

    const notes = () => {
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
    };

    for (const node of document.nodes) {
      if (isBlock(node.parent)) continue;
      const view = document.view.nodes[node.id];
      draw(node, { x: view?.x ?? 0, y: view?.y ?? 0 }, undefined, 0);
    }
    wires();
    notes();
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
