import { describe, expect, it } from 'vitest';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import {
  addNote,
  freePlace,
  freshNoteId,
  noteHeight,
  removeNotes,
  setNoteText,
  textOfNote,
} from '../../renderer/canvas/notes.ts';
import { addNode } from '../../renderer/stores/edits.ts';

const at = { x: 0.4, y: 10 };
const texts = (document: GraphDocument) => document.view.notes?.map((note) => note.text);

describe('a note', () => {
  it('is added under a free id, at whole units', () => {
    const one = addNote(emptyDocument(), 'note1', at, 'a', 'en');
    expect(one.view.notes).toEqual([{ id: 'note1', text: { en: 'a' }, x: 0, y: 10 }]);
    expect(freshNoteId(one)).toBe('note2');
    expect(freshNoteId(removeNotes(one, new Set(['note:note1'])))).toBe('note1');
  });

  it('is written in the language of the app; Chinese stands for English until that is written too', () => {
    const chinese = addNote(emptyDocument(), 'note1', at, '甲', 'zh');
    expect(texts(chinese)).toEqual([{ en: '甲', zh: '甲' }]);
    const longer = setNoteText(chinese, 'note1', '甲乙', 'zh');
    expect(texts(longer)).toEqual([{ en: '甲乙', zh: '甲乙' }]);
    const both = setNoteText(longer, 'note1', 'A B', 'en');
    expect(texts(both)).toEqual([{ en: 'A B', zh: '甲乙' }]);
    expect(texts(setNoteText(both, 'note1', '丙', 'zh'))).toEqual([{ en: 'A B', zh: '丙' }]);
    expect(texts(setNoteText(both, 'note1', '', 'zh'))).toEqual([{ en: 'A B' }]);
    const english = addNote(emptyDocument(), 'note1', at, 'A', 'en');
    expect(english.view.notes?.map((note) => textOfNote(note, 'zh'))).toEqual(['A']);
    expect(texts(setNoteText(english, 'note1', '甲', 'zh'))).toEqual([{ en: 'A', zh: '甲' }]);
  });

  it('changes nothing where nothing changes, so that no step of undo is made', () => {
    const one = addNote(emptyDocument(), 'note1', at, 'a', 'en');
    expect(setNoteText(one, 'note1', 'a', 'en')).toBe(one);
    expect(setNoteText(one, 'note2', 'b', 'en')).toBe(one);
    expect(removeNotes(one, new Set(['note1']))).toBe(one);
  });

  it('is put where it covers neither a card nor a note', () => {
    expect(freePlace(emptyDocument(), { x: 3, y: 4 })).toEqual({ x: 3, y: 4 });
    const card = addNode(emptyDocument(), 'ReLU', { x: 0, y: 0 });
    const beside = freePlace(card, { x: 0, y: 10 });
    expect(beside).not.toEqual({ x: 0, y: 10 });
    const next = freePlace(addNote(card, 'note1', beside, 'a', 'en'), { x: 0, y: 10 });
    expect(next).not.toEqual(beside);
    const apart = (a: number, b: number, size: number) => Math.abs(a - b) >= size;
    expect(apart(next.x, beside.x, 220) || apart(next.y, beside.y, 50)).toBe(true);
  });

  it('is as high as its lines, Chinese characters being the wider ones', () => {
    expect(noteHeight('a'.repeat(25), 220)).toBe(noteHeight('a', 220));
    expect(noteHeight('字'.repeat(25), 220)).toBeGreaterThan(noteHeight('字', 220));
    expect(noteHeight('a\nb', 220)).toBeGreaterThan(noteHeight('a', 220));
  });
});
