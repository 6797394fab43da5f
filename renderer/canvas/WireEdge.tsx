import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { memo } from 'react';
import type { FlowEdge } from './flow.ts';
import styles from './Wire.module.css';

/** Short of this the wire would cross its own card: it goes around instead. */
const ROOM = 8;

/** A wire: a soft curve to the right, or a rounded detour when it has to run back. Its shape stands on it. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected } = props;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const forward = targetX - sourceX > ROOM;
  const [path, labelX, labelY] = forward
    ? getBezierPath(ends)
    : getSmoothStepPath({ ...ends, borderRadius: 14, offset: 18 });
  const wrong = data?.wrong;
  const near = forward && targetX - sourceX < 52;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={data?.implied ? 0 : 18}
        className={styles.wire ?? ''}
        data-wrong={wrong !== undefined}
        data-implied={data?.implied}
        data-selected={selected}
      />
      {(data?.shape !== undefined || wrong !== undefined) && (
        <EdgeLabelRenderer>
          <span
            className={styles.shape}
            data-wrong={wrong !== undefined}
            data-wire={id}
            title={wrong}
            style={{ transform: `translate(-50%, ${near ? '-125%' : '-50%'}) translate(${labelX}px, ${labelY}px)` }}
          >
            {data?.shape ?? '!'}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
