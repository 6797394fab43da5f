import type { GraphDocument, Note } from '../../engine/graph/document.ts';
import { CARD_WIDTH } from '../nodes/anatomy.ts';
import { widthOf } from '../nodes/measure.ts';
import { freeId, rounded } from '../stores/edits.ts';
import type { Language } from '../stores/preferences.ts';
import type { Place } from './chain.ts';
import { type Box, freeSpot } from './free_spot.ts';

const PREFIX = 'note:';
/** What a note measures across where it says nothing else. */
export const NOTE_WIDTH = 220;

/** Notes live beside nodes in the canvas's list; their ids must not collide. */
export const noteId = ({ id }: Pick<Note, 'id'>): string => PREFIX + id;
/** The id in the document of what the canvas calls `id`; undefined: it is no note. */
export const noteOf = (id: string): string | undefined => (id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined);

/** `note1`, or the next that is free. */
export const freshNoteId = (document: GraphDocument): string =>
  freeId(new Set(document.view.notes?.map((note) => note.id)), 'note');

/** The room that a card or a new note takes. */
const HEIGHT = { card: 90, note: 50 };

/** The place nearest to `at` where a new note covers nothing. */
export function freePlace(document: GraphDocument, at: Place): Place {
  const { nodes, notes = [] } = document.view;
  const outer = document.nodes.filter((node) => node.parent === undefined);
  const taken = [
    ...outer.map(({ id }) => ({ width: CARD_WIDTH, height: HEIGHT.card, ...(nodes[id] ?? { x: 0, y: 0 }) })),
    ...notes.map((note) => ({ width: NOTE_WIDTH, height: HEIGHT.note, ...note })),
  ];
  return rounded(freeSpot({ ...at, width: NOTE_WIDTH, height: HEIGHT.note }, taken));
}

const withNotes = (document: GraphDocument, notes: readonly Note[]): GraphDocument => ({
  ...document,
  view: { ...document.view, notes },
});

/** Adds a note at a place. What is written in Chinese stands for English too, until someone translates it. */
export function addNote(document: GraphDocument, id: string, at: Place, text: string, language: Language) {
  const note: Note = { id, text: language === 'zh' ? { en: text, zh: text } : { en: text }, ...rounded(at) };
  return withNotes(document, [...(document.view.notes ?? []), note]);
}

/** A note's text in one language; an empty one in Chinese leaves the English. */
export function setNoteText(document: GraphDocument, id: string, text: string, language: Language): GraphDocument {
  const change = (note: Note): Note => {
    if (note.id !== id || textOfNote(note, language) === text) return note;
    const { zh, ...rest } = note.text;
    if (language === 'en') return { ...note, text: { ...note.text, en: text } };
    // The English was made from the Chinese, or there was none.
    const en = rest.en === '' || rest.en === zh ? text : rest.en;
    return { ...note, text: text === '' ? { en } : { en, zh: text } };
  };
  const notes = document.view.notes?.map(change);
  return notes === undefined || notes.every((note, i) => note === document.view.notes?.[i])
    ? document
    : withNotes(document, notes);
}

export const textOfNote = ({ text }: Note, language: Language): string =>
  language === 'zh' ? (text.zh ?? text.en) : text.en;

/** Removes the notes that `ids` names by their canvas ids. */
export function removeNotes(document: GraphDocument, ids: ReadonlySet<string>): GraphDocument {
  const { notes } = document.view;
  const kept = notes?.filter((note) => !ids.has(noteId(note)));
  return kept === undefined || kept.length === notes?.length ? document : withNotes(document, kept);
}

/** Moves the notes that `places` names by their canvas ids. */
export function moveNotes(document: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument {
  const { notes } = document.view;
  if (!notes?.some((note) => places.has(noteId(note)))) return document;
  const moved = notes.map((note) => {
    const place = places.get(noteId(note));
    return place ? { ...note, ...rounded(place) } : note;
  });
  return withNotes(document, moved);
}

const LINE = 19;
const PADDING = 16;
const CHARACTER = 6.6;

/** Height of a note before it is measured, so that the first paint is right. */
export function noteHeight(text: string, width: number): number {
  const perLine = Math.max(8, Math.floor((width - 24) / CHARACTER));
  const lines = text.split('\n').reduce((n, line) => n + Math.max(1, Math.ceil(widthOf(line) / perLine)), 0);
  return lines * LINE + PADDING;
}

/** The room that a note takes in whichever language it is read. */
export function boxOfNote({ text, x, y, width = NOTE_WIDTH }: Note): Box {
  return { x, y, width, height: Math.max(noteHeight(text.en, width), noteHeight(text.zh ?? '', width)) };
}
