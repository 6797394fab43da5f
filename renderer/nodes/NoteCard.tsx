import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { NoteNode } from '../canvas/flow.ts';
import styles from './NoteCard.module.css';

/** Words on the canvas: what an example wants to say about its network. */
export const NoteCard = memo(function NoteCard({ data, selected }: NodeProps<NoteNode>) {
  return (
    <div className={styles.note} data-selected={selected}>
      {data.text}
    </div>
  );
});
