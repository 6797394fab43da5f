import { useEffect, useRef } from 'react';
import { addNote, noteId, removeNotes, setNoteText } from '../canvas/notes.ts';
import { useLanguage, useWords } from '../canvas/words.ts';
import { useDocuments } from '../stores/documents.ts';
import { useNoteEditing } from '../stores/note_editing.ts';
import styles from './NoteCard.module.css';

/** The text of a note as it is written. All that is typed until the field is left is one step of undo. */
export function NoteEditor({ note, text }: { readonly note: string; readonly text: string }) {
  const words = useWords();
  const language = useLanguage();
  const field = useRef<HTMLTextAreaElement>(null);
  const options = { mark: `write ${note}` };
  const { edit, seal } = useDocuments.getState();
  const { draft, keep, end } = useNoteEditing.getState();
  useEffect(() => {
    // Scrolling towards it would shift the canvas under its controls.
    field.current?.focus({ preventScroll: true });
    field.current?.select();
    return useNoteEditing.getState().end;
  }, []);
  const write = (typed: string) => {
    if (draft === null) edit((document) => setNoteText(document, note, typed, language), options);
    else edit((document) => addNote(document, note, draft, typed, language), options);
    keep();
  };
  return (
    <textarea
      ref={field}
      className={`nodrag nopan nowheel ${styles.editor}`}
      aria-label={words.noteText}
      placeholder={words.noteEmpty}
      rows={text.split('\n').length}
      defaultValue={text}
      onChange={(event) => write(event.target.value)}
      onBlur={(event) => {
        // A note without words is none.
        if (event.target.value.trim() === '')
          edit((document) => removeNotes(document, new Set([noteId({ id: note })])), options);
        seal();
        end();
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        const ends = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey));
        if (!ends) return;
        event.preventDefault();
        // The note takes the focus back, so that keys go on to mean it.
        event.currentTarget.closest<HTMLElement>('.react-flow__node')?.focus();
      }}
    />
  );
}
