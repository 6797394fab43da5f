import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { useActiveDocument } from '../stores/documents.ts';
import { judge } from './connecting.ts';
import type { FlowNode } from './flow.ts';
import styles from './Wire.module.css';
import { useWords } from './words.ts';

/** The wire being drawn: its colour says whether it may be laid, and if not, a line says why. */
export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, connectionStatus, fromHandle, toHandle } = props;
  const document = useActiveDocument();
  const words = useWords();
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  });
  const [source, target] = fromHandle.type === 'source' ? [fromHandle, toHandle] : [toHandle, fromHandle];
  const verdict =
    connectionStatus === 'invalid' && source && target && source.type !== target.type
      ? judge(document, nodeKinds, {
          source: source.nodeId,
          sourceHandle: source.id ?? null,
          target: target.nodeId,
          targetHandle: target.id ?? null,
        })
      : undefined;
  const reason = verdict && !verdict.ok ? words.refusal(verdict) : undefined;
  return (
    <g>
      <path className={styles.connection} d={path} data-status={connectionStatus ?? 'open'} />
      {reason && (
        <text className={styles.reason} x={toX + 12} y={toY - 20} data-refusal="true">
          {reason}
        </text>
      )}
    </g>
  );
}
