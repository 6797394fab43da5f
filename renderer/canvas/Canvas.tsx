import {
  Background,
  BackgroundVariant,
  type EdgeChange,
  type EdgeTypes,
  type NodeChange,
  type NodeTypes,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  type Rect,
  SelectionMode,
  useReactFlow,
  type Viewport,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { Tooltip } from 'radix-ui';
import { type MouseEvent, useCallback, useEffect, useRef } from 'react';
import { emptyDocument } from '../../engine/graph/document.ts';
import { isTerminalKind, moduleName } from '../../engine/graph/kinds.ts';
import { editBlocks, openDefinition } from '../commands/blocks.ts';
import { registerCanvas } from '../commands/canvas_actions.ts';
import { runCommand } from '../commands/table.ts';
import { CARD_WIDTH } from '../nodes/anatomy.ts';
import { Card } from '../nodes/Card.tsx';
import { Frame } from '../nodes/Frame.tsx';
import { NoteCard } from '../nodes/NoteCard.tsx';
import { activeGraph, moduleOf, useActiveTab } from '../stores/documents.ts';
import { addNode, freshId } from '../stores/edits.ts';
import { usePointed } from '../stores/pointed.ts';
import { useSelection } from '../stores/selection.ts';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import styles from './Canvas.module.css';
import { ConnectionLine } from './ConnectionLine.tsx';
import { drop } from './dropping.ts';
import { EmptyExamples } from './EmptyExamples.tsx';
import { FIT, firstView } from './first_view.ts';
import type { FlowEdge, FlowNode } from './flow.ts';
import { layoutOf } from './frame_layout.ts';
import { freeSpot } from './free_spot.ts';
import { registerDropTarget } from './palette_drag.ts';
import { RefusalNote } from './RefusalNote.tsx';
import { useTheme } from './theme.ts';
import { inputOf, useConnecting } from './useConnecting.ts';
import { useFlow } from './useFlow.ts';
import { useFollowing } from './useFollowing.ts';
import { useKeys } from './useKeys.ts';
import { useMoving } from './useMoving.ts';
import { WireEdge } from './WireEdge.tsx';
import { useWords } from './words.ts';
import { ZoomControls } from './ZoomControls.tsx';

// Constants: React Flow mounts everything anew when these change.
const nodeTypes: NodeTypes = { card: Card, frame: Frame, note: NoteCard };
const edgeTypes: EdgeTypes = { wire: WireEdge };
const panButtons = [1, 2];
const pro = { hideAttribution: true };
/** Where the pointer holds a new card, from its corner. */
const HOLD = { x: CARD_WIDTH / 2, y: 22 };

/** How large a new node of a kind is. */
function sizeOf(kind: string) {
  const node = { id: 'new', kind, settings: {} };
  const { width = CARD_WIDTH, height = 0 } = layoutOf({ ...emptyDocument(), nodes: [node] }).get('new') ?? {};
  return { width, height };
}

/** The active document, drawn and edited. */
export function Canvas() {
  const tab = useActiveTab();
  if (!tab) return null;
  // Another graph is another canvas: it has a view of its own.
  return (
    <Tooltip.Provider delayDuration={250}>
      <ReactFlowProvider key={`${tab.id} ${moduleOf(tab) ?? ''}`}>
        <DocumentCanvas tab={tab.id} />
      </ReactFlowProvider>
    </Tooltip.Provider>
  );
}

function DocumentCanvas({ tab }: { readonly tab: string }) {
  const root = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const theme = useTheme();
  const words = useWords();
  const { nodes, edges } = useFlow(tab);
  const { onMoves, onStop } = useMoving(nodes);
  const { refused, forget, handlers } = useConnecting();
  useKeys();
  useFollowing(tab, root);

  const first = useRef<Viewport>(undefined);
  // Once: later it would move the view under the hand that drops the first node.
  const showFirst = useCallback((canvas: ReactFlowInstance<FlowNode, FlowEdge>) => {
    const outer = canvas.getNodes().filter(({ parentId }) => parentId === undefined);
    const size = root.current?.getBoundingClientRect();
    if (outer.length === 0 || size === undefined) return;
    first.current = firstView(canvas.getNodesBounds(outer), size);
    void canvas.setViewport(first.current);
  }, []);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      onMoves(changes);
      const picks = changes.filter((c) => c.type === 'select');
      if (picks.length === 0) return;
      const next = new Set(useSelection.getState().nodes);
      for (const { id, selected } of picks)
        if (selected) next.add(id);
        else next.delete(id);
      const before = useSelection.getState();
      if (next.size > 0 || before.nodes.size > 0) before.select(next);
    },
    [onMoves],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      for (const change of changes) {
        if (change.type !== 'select') continue;
        const edge = flow.getEdge(change.id);
        if (!edge) continue;
        const selection = useSelection.getState();
        if (change.selected) selection.selectWire(inputOf(edge));
        else if (selection.wire === inputOf(edge)) selection.selectWire(null);
      }
    },
    [flow],
  );

  useEffect(() => {
    const centre = () => {
      const box = root.current?.getBoundingClientRect();
      return flow.screenToFlowPosition({
        x: (box?.left ?? 0) + (box?.width ?? 0) / 2,
        y: (box?.top ?? 0) + (box?.height ?? 0) / 2,
      });
    };
    const put = (kind: string, at: { x: number; y: number }) => {
      const graph = activeGraph();
      if (!graph) return;
      const id = freshId(graph, kind);
      const corner = { x: at.x - HOLD.x, y: at.y - HOLD.y };
      const renamed = editBlocks((d) => {
        const added = addNode(d, kind, corner, undefined, id);
        const { width = 0, height = 0 } = layoutOf(added).get(id) ?? {};
        // What is larger than a card is put under the pointer, not held by its middle.
        const size = { width: Math.min(width, 2 * HOLD.x), height: Math.min(height, 2 * HOLD.y) };
        const dropped = drop(added, new Map([[id, { ...corner, ...size }]]));
        return dropped.refused === undefined ? dropped : { ...dropped, document: d };
      });
      useSelection.getState().select([renamed.get(id) ?? id]);
    };
    const sees = ({ x, y, width, height }: Rect) => {
      const box = root.current?.getBoundingClientRect();
      if (box === undefined) return false;
      const start = flow.flowToScreenPosition({ x, y });
      const end = flow.flowToScreenPosition({ x: x + width, y: y + height });
      return start.x >= box.left && start.y >= box.top && end.x <= box.right && end.y <= box.bottom;
    };
    const showPlace = (place: Rect) => {
      const { x, y, width, height } = place;
      if (!sees(place)) void flow.setCenter(x + width / 2, y + height / 2, { zoom: flow.getZoom(), duration: 200 });
    };
    const undoDrop = registerDropTarget({
      contains: (x, y) => {
        const box = root.current?.getBoundingClientRect();
        return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
      },
      drop: (kind, x, y) => put(kind, flow.screenToFlowPosition({ x, y })),
      add: (kind) => {
        const middle = centre();
        const { width, height } = sizeOf(kind);
        const taken = flow
          .getNodes()
          .filter((node) => node.parentId === undefined)
          .map((node) => ({ ...node.position, width: node.width ?? 0, height: node.height ?? 0 }));
        const spot = freeSpot({ x: middle.x - width / 2, y: middle.y - height / 2, width, height }, taken);
        put(kind, { x: spot.x + HOLD.x, y: spot.y + HOLD.y });
        showPlace({ ...spot, width, height });
      },
    });
    const undoActions = registerCanvas({
      fitView: () => void flow.fitView({ ...FIT, duration: 200 }),
      zoomIn: () => void flow.zoomIn({ duration: 120 }),
      zoomOut: () => void flow.zoomOut({ duration: 120 }),
      seesAll: () => sees(flow.getNodesBounds(flow.getNodes())),
      hasFirstView: () => {
        const { x, y, zoom } = flow.getViewport();
        return x === first.current?.x && y === first.current.y && zoom === first.current.zoom;
      },
      reveal: (node) => {
        useSelection.getState().select([node]);
        void flow.fitView({ nodes: [{ id: node }], padding: 0.4, maxZoom: 1, duration: 200 });
      },
      show: (node) => {
        const found = flow.getInternalNode(node);
        if (found === undefined) return;
        const { x, y } = found.internals.positionAbsolute;
        const { width = 0, height = 0 } = found.measured;
        showPlace({ x, y, width, height });
      },
      showPlace,
      bring: (nodes, { top, bottom }) => {
        const padding = { x: 0.06, top: `${top}px`, bottom: `${bottom}px` } as const;
        void flow.fitView({ nodes: nodes.map((id) => ({ id })), padding, maxZoom: 1, duration: 200 });
      },
      center: centre,
    });
    return () => {
      undoDrop();
      undoActions();
    };
  }, [flow]);

  return (
    <div ref={root} className={styles.canvas} data-canvas="true">
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={theme}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStop={onStop}
        onNodeClick={onClick}
        onNodeMouseEnter={onEnter}
        onNodeMouseLeave={onLeave}
        onNodeDoubleClick={onDoubleClick}
        {...handlers}
        connectionLineComponent={ConnectionLine}
        connectionRadius={18}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        selectionKeyCode={null}
        multiSelectionKeyCode={MULTI}
        deleteKeyCode={null}
        panOnDrag={panButtons}
        zoomOnDoubleClick={false}
        minZoom={0.15}
        maxZoom={2.5}
        onInit={showFirst}
        proOptions={pro}
        zIndexMode="manual"
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={2} color="var(--grid)" bgColor="var(--bg)" />
        <ZoomControls />
      </ReactFlow>
      <Breadcrumbs />
      <RefusalNote refused={refused} onGone={forget} />
      {nodes.length === 0 && (
        <div className={styles.empty}>
          <b>{words.emptyTitle}</b>
          <span>{words.emptyHint}</span>
          <EmptyExamples />
        </div>
      )}
    </div>
  );
}

/** Whoever shows a node in another form shows where the pointer is. */
const onEnter = (_event: MouseEvent, { id, type }: FlowNode): void =>
  usePointed.getState().pointAt(type === 'note' ? null : id);
const onLeave = (): void => usePointed.getState().pointAt(null);

/** React Flow leaves a selection as it is when one of its nodes is clicked: it may be dragged. What was not is meant alone. */
function onClick({ shiftKey, ctrlKey, metaKey }: MouseEvent, { id }: FlowNode): void {
  const { nodes, select } = useSelection.getState();
  if (!shiftKey && !ctrlKey && !metaKey && nodes.has(id)) select([id]);
}

/** The words of a note, the name in a card's header, or what an instance consists of. */
function onDoubleClick({ target }: { readonly target: EventTarget }, node: FlowNode): void {
  const onHeader = target instanceof Element && target.closest('header') !== null;
  const module = node.type === 'card' && !onHeader ? moduleName(node.data.node.kind) : undefined;
  if (module !== undefined) openDefinition(node.id, module);
  else if (node.type === 'note' || (onHeader && !isTerminalKind(node.data.node.kind))) runCommand('edit.rename');
}

const MULTI = ['Shift', 'Meta', 'Control'];
