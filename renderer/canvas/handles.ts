import { type Node, Position } from '@xyflow/react';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { PORT_SIZE, portY } from '../nodes/anatomy.ts';

/** Where ports are, told to React Flow before the first paint. */
type Handles = NonNullable<Node['handles']>;

export function cardHandles(kind: NodeKind | undefined, width: number, height: number): Handles {
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

export const TERMINAL = { width: 16, height: 26 } as const;

/** A terminal on a frame's border: its outer and its inner side are ports of their own. */
export interface Terminal {
  readonly side: 'left' | 'right';
  readonly outer: string;
  readonly inner: string;
  /** Height of its centre. */
  readonly y: number;
  /** May wires end at its inner side? A chain's are laid by its order. */
  readonly connectable: boolean;
}

/** The handles of a frame's terminals: what enters stands on the left, what leaves on the right. */
export const frameHandles = (terminals: readonly Terminal[], width: number): Handles =>
  terminals.flatMap(({ side, outer, inner, y }) => {
    const place = { y: y - TERMINAL.height / 2, width: 1, height: TERMINAL.height };
    return side === 'left'
      ? [
          { id: outer, type: 'target' as const, position: Position.Left, x: -8, ...place },
          { id: inner, type: 'source' as const, position: Position.Right, x: 7, ...place },
        ]
      : [
          { id: outer, type: 'source' as const, position: Position.Right, x: width + 7, ...place },
          { id: inner, type: 'target' as const, position: Position.Left, x: width - 8, ...place },
        ];
  });
