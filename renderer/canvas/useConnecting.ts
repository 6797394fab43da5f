import type { Connection, Edge, FinalConnectionState } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import { activeGraph, useDocuments } from '../stores/documents.ts';
import { connect, disconnect } from '../stores/edits.ts';
import { type Ends, isInner, judge, landing, type Refusal, refusalOf } from './connecting.ts';
import type { FlowEdge } from './flow.ts';

const addressOf = (node: string, port: string | null | undefined) => `${node}.${port ?? ''}`;

/** The input that a wire runs into, by which documents and the selection know it. */
export const inputOf = (edge: Pick<Edge, 'target' | 'targetHandle'>): string =>
  addressOf(edge.target, edge.targetHandle);

/** Why the last wire was not laid, and where it was let go, from the canvas's corner. */
export interface Refused {
  readonly refusal: Refusal;
  readonly x: number;
  readonly y: number;
}

const endsOf = (c: Connection | FlowEdge): Ends => ({
  source: c.source,
  sourceHandle: c.sourceHandle ?? null,
  target: c.target,
  targetHandle: c.targetHandle ?? null,
});

function lay({ source, sourceHandle, target, targetHandle }: Ends, old?: FlowEdge): void {
  useDocuments.getState().edit((document) => {
    const from = addressOf(source, sourceHandle);
    const to = addressOf(target, targetHandle);
    if (document.wires.some((wire) => wire.from === from && wire.to === to)) return document;
    return connect(old ? disconnect(document, inputOf(old)) : document, from, to);
  });
}

/** The node under the pointer, whatever of it is hit. */
function nodeUnder(event: MouseEvent | TouchEvent): string | undefined {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  const hit = point && document.elementFromPoint(point.clientX, point.clientY);
  return hit?.closest('.react-flow__node')?.getAttribute('data-id') ?? undefined;
}

/** Drawing wires: on a port that fits, on the body of a node with one place for it, or refused with a reason. */
export function useConnecting() {
  const [refused, setRefused] = useState<Refused | null>(null);
  const moved = useRef(false);
  const forget = useCallback(() => setRefused(null), []);

  /** What is left to do with a wire that React Flow did not lay. `old` is the wire whose end was pulled off. */
  const settle = useCallback((event: MouseEvent | TouchEvent, state: FinalConnectionState, old?: FlowEdge) => {
    const graph = activeGraph();
    if (!graph || !state.fromHandle || state.isValid) return;
    const { fromHandle: from, toHandle: to, pointer } = state;
    const node = to ? to.nodeId : nodeUnder(event);
    if (node === undefined) {
      // Pulled off and let go over nothing: the wire is gone.
      if (old) useDocuments.getState().edit((d) => disconnect(d, inputOf(old)));
      return;
    }
    // The wire in hand does not occupy the input that it came from.
    const document = old ? disconnect(graph, inputOf(old)) : graph;
    const result = to && !isInner(to) ? refusalOf(document, from, to) : landing(document, from, node);
    if (!result) return;
    if ('source' in result) lay(result, old);
    else setRefused({ refusal: result, x: pointer?.x ?? 0, y: pointer?.y ?? 0 });
  }, []);

  const onConnect = useCallback((c: Connection) => lay(endsOf(c)), []);
  const isValid = useCallback((c: Connection | FlowEdge) => {
    const document = activeGraph();
    return document !== undefined && judge(document, endsOf(c)).ok;
  }, []);
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      // Wires that are moved end here too, and then once more below, where it is known which.
      if (!moved.current) settle(event, state);
    },
    [settle],
  );
  const onReconnectStart = useCallback(() => {
    moved.current = true;
  }, []);
  const onReconnect = useCallback((old: FlowEdge, c: Connection) => lay(endsOf(c), old), []);
  const onReconnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, old: FlowEdge, _side: unknown, state: FinalConnectionState) => {
      moved.current = false;
      settle(event, state, old);
    },
    [settle],
  );

  return {
    refused,
    forget,
    handlers: {
      onConnect,
      isValidConnection: isValid,
      onConnectEnd,
      onReconnectStart,
      onReconnect,
      onReconnectEnd,
    },
  };
}
