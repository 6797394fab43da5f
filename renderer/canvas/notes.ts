import type { GraphDocument, Note } from '../../engine/graph/document.ts';
import { rounded } from '../stores/edits.ts';
import type { Place } from './chain.ts';

/** Notes live beside nodes in the canvas's list; their ids must not collide. */
export const noteId = (note: Note): string => `note:${note.id}`;

/** Moves the notes that `places` names by their canvas ids. */
export function moveNotes(document: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument {
  const { notes } = document.view;
  if (!notes?.some((note) => places.has(noteId(note)))) return document;
  const moved = notes.map((note) => {
    const place = places.get(noteId(note));
    return place ? { ...note, ...rounded(place) } : note;
  });
  return { ...document, view: { ...document.view, notes: moved } };
}

const LINE = 19;
const PADDING = 16;
const CHARACTER = 6.6;

/** Height of a note before it is measured, so that the first paint is right. */
export function noteHeight(text: string, width: number): number {
  const perLine = Math.max(8, Math.floor((width - 24) / CHARACTER));
  const lines = text.split('\n').reduce((n, line) => n + Math.max(1, Math.ceil(line.length / perLine)), 0);
  return lines * LINE + PADDING;
}
