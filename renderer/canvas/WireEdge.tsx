import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath, type Position } from '@xyflow/react';
import { memo } from 'react';
import { usePassing } from '../debugger/marks.ts';
import { useWireGradient } from '../debugger/no_gradient.ts';
import { PassingValue } from '../debugger/PassingValue.tsx';
import { QuietTitle } from '../debugger/QuietBadge.tsx';
import { PORT_SIZE } from '../nodes/anatomy.ts';
import type { FlowEdge } from './flow.ts';
import styles from './Wire.module.css';

interface Ends {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
  readonly sourcePosition: Position;
  readonly targetPosition: Position;
}

/** Short of this a curve would cross its own card: it goes around instead. */
const ROOM = 8;
/** Farther than this there are cards in between: the wire drops beside its source and runs level to its target. */
const FAR = 250;
const LEVEL = 24;
const RADIUS = 14;
const OFFSET = 18;
/** Between close neighbours a shape has no room on its wire: it stands above. */
const SHORT = 52;
const ABOVE = 11;
/** A wire's ends reach under its ports, so that no gap shows. */
const OVERLAP = 2;

/** A letter of a shape takes so much of the wire. */
const LETTER = 6.3;
/** A wire that rises or falls farther has its middle clear of the cards that it joins. */
const STEEP = 82;

/** Is there room for a shape between what a wire joins? Cards and terminals would cut off what is longer. */
function hasRoom(text: string, across: number, down: number): boolean {
  return across <= 0 || Math.abs(down) > STEEP || text.length * LETTER < across + PORT_SIZE / 2;
}

/** A soft curve between neighbours; rounded corners for wires that run far or back. */
function route(ends: Ends): { readonly path: string; readonly labelX: number; readonly labelY: number } {
  const { sourceX, sourceY, targetX, targetY } = ends;
  const across = targetX - sourceX;
  if (across > FAR && Math.abs(targetY - sourceY) > LEVEL) {
    const centerX = sourceX + OFFSET;
    const [path] = getSmoothStepPath({ ...ends, borderRadius: RADIUS, offset: OFFSET, centerX });
    return { path, labelX: (centerX + targetX) / 2, labelY: targetY };
  }
  const [path, labelX, labelY] =
    across > ROOM ? getBezierPath(ends) : getSmoothStepPath({ ...ends, borderRadius: RADIUS, offset: OFFSET });
  return { path, labelX, labelY };
}

/** A wire, with its shape standing on it. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected } = props;
  const { path, labelX, labelY } = route({
    sourceX: sourceX - OVERLAP,
    sourceY,
    targetX: targetX + OVERLAP,
    targetY,
    sourcePosition,
    targetPosition,
  });
  const wrong = data?.wrong;
  const gradient = useWireGradient({
    tab: data?.tab ?? '',
    source: data?.source ?? '',
    sourcePort: props.sourceHandleId ?? '',
    target: data?.target ?? '',
    targetPort: props.targetHandleId ?? '',
  });
  const quiet = gradient === 'flows' ? undefined : gradient;
  const passed = usePassing(data?.tab ?? '', data?.target ?? '', props.targetHandleId ?? '');
  const passing = quiet === undefined ? passed : undefined;
  const across = targetX - sourceX;
  const near = across > 0 && across < SHORT;
  const text = data?.shape ?? (wrong === undefined ? undefined : '!');
  return (
    <>
      {wrong !== undefined ? <title>{wrong}</title> : quiet && <QuietTitle why={quiet} />}
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={data?.implied ? 0 : 18}
        className={styles.wire ?? ''}
        data-wrong={wrong !== undefined}
        data-implied={data?.implied}
        data-selected={selected}
        data-way={passing?.way}
        data-gradient={quiet?.kind ?? gradient}
      />
      {passing && <PassingValue passing={passing} place={{ x: labelX, y: labelY, room: across, isShort: near }} />}
      {/* Not React Flow's label layer: it searches the page for that layer, for every wire at every change of its store. */}
      {text !== undefined && hasRoom(text, across, targetY - sourceY) && (
        <text
          className={styles.shape}
          data-wrong={wrong !== undefined}
          data-wire={id}
          x={labelX}
          y={near ? labelY - ABOVE : labelY}
        >
          {text}
        </text>
      )}
    </>
  );
});
