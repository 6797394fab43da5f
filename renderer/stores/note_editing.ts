import { create } from 'zustand';
import type { Point } from './edits.ts';

interface NoteEditing {
  /** The note whose text is typed over, by its id in the document. */
  readonly note: string | null;
  /** Where it stands while it has no text: the document takes no empty notes. */
  readonly draft: Point | null;
  begin(note: string, draft?: Point): void;
  /** The draft has text, and the document has it. */
  keep(): void;
  end(): void;
}

/** Which note of the active document is being written. */
export const useNoteEditing = create<NoteEditing>((set, get) => ({
  note: null,
  draft: null,
  begin: (note, draft) => {
    if (get().note !== note) set({ note, draft: draft ?? null });
  },
  keep: () => set({ draft: null }),
  end: () => set({ note: null, draft: null }),
}));
