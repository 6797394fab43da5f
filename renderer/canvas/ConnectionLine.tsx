import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react';
import { useActiveDocument } from '../stores/documents.ts';
import { isInner, refusalOf } from './connecting.ts';
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
  // Beside an inner terminal the wire would go to the Sequential itself.
  const refusal =
    connectionStatus === 'invalid' && toHandle && !isInner(toHandle)
      ? refusalOf(document, fromHandle, toHandle)
      : undefined;
  return (
    <g>
      <path
        className={styles.connection}
        d={path}
        data-status={refusal || connectionStatus === 'valid' ? connectionStatus : 'open'}
      />
      {refusal && (
        <text className={styles.reason} x={toX + 12} y={toY - 20} data-refusal="true">
          {words.refusal(refusal)}
        </text>
      )}
    </g>
  );
}
