import { NodeResizeControl, type OnResize, ResizeControlVariant } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { useWords } from '../canvas/words.ts';
import { useDocuments } from '../stores/documents.ts';
import { resize } from '../stores/edits.ts';
import styles from './Edges.module.css';

interface Props {
  readonly id: string;
  /** No hand makes the frame smaller than what is in it. */
  readonly least: { readonly width: number; readonly height: number };
  /** A chain has the height that its rows take. */
  readonly chain: boolean;
}

const SIDES = [
  { position: 'right', variant: ResizeControlVariant.Line },
  { position: 'bottom', variant: ResizeControlVariant.Line },
  { position: 'bottom-right', variant: ResizeControlVariant.Handle },
] as const;

/** The edges of a frame by which it is drawn larger or smaller. Each drag is one step of undo. */
export const Edges = memo(function Edges({ id, least, chain }: Props) {
  const words = useWords();
  // React Flow lets go of the edge in hand when it is given another function.
  const onResize = useMemo<OnResize>(
    () =>
      (_event, { width, height }) =>
        useDocuments
          .getState()
          .edit((document) => resize(document, id, chain ? { width } : { width, height }), { mark: `resize ${id}` }),
    [id, chain],
  );
  return SIDES.filter(({ position }) => !chain || position === 'right').map(({ position, variant }) => (
    <NodeResizeControl
      key={position}
      position={position}
      variant={variant}
      autoScale={false}
      minWidth={least.width}
      minHeight={chain ? 0 : least.height}
      className={`nopan ${styles[variant]}`}
      onResize={onResize}
      onResizeEnd={sealStep}
    >
      <span className={styles.grip} data-resize={position} title={words.resize} />
    </NodeResizeControl>
  ));
});

const sealStep = () => useDocuments.getState().seal();
