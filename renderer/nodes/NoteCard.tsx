import type { NodeProps } from '@xyflow/react';
import { memo, useEffect, useRef } from 'react';
import type { NoteNode } from '../canvas/flow.ts';
import { noteOf } from '../canvas/notes.ts';
import { pressed } from '../commands/shortcuts.ts';
import { useNoteEditing } from '../stores/note_editing.ts';
import styles from './NoteCard.module.css';
import { NoteEditor } from './NoteEditor.tsx';

/** Words on the canvas. A double click, Enter or F2 lets them be written where they stand. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const note = noteOf(id) ?? '';
  const root = useRef<HTMLDivElement>(null);
  const isEdited = useNoteEditing((state) => state.note === note);
  useEffect(() => {
    // The focus is on React Flow's wrapper, so keys arrive there.
    const wrapper = root.current?.parentElement;
    const onKeyDown = (event: KeyboardEvent) => {
      if (pressed(event) !== 'Enter' || event.target !== wrapper) return;
      event.preventDefault();
      useNoteEditing.getState().begin(note);
    };
    wrapper?.addEventListener('keydown', onKeyDown);
    return () => wrapper?.removeEventListener('keydown', onKeyDown);
  }, [note]);
  return (
    <div ref={root} className={styles.note} data-note-id={note} data-selected={selected || isEdited}>
      {isEdited ? <NoteEditor note={note} text={data.text} /> : data.text}
    </div>
  );
});
