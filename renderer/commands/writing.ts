import { freePlace, freshNoteId, NOTE_WIDTH, noteOf } from '../canvas/notes.ts';
import { activeGraph, activeTab } from '../stores/documents.ts';
import { useNoteEditing } from '../stores/note_editing.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useSelection } from '../stores/selection.ts';
import { canvasActions } from './canvas_actions.ts';
import { focusName } from './name_field.ts';

/** Begins a note in the middle of what is visible, beside those that are there. */
export function writeNote(): void {
  const document = activeGraph();
  const centre = canvasActions()?.center();
  if (document === undefined || centre === undefined) return;
  const at = freePlace(document, { x: centre.x - NOTE_WIDTH / 2, y: centre.y - 30 });
  useNoteEditing.getState().begin(freshNoteId(document), at);
}

/** May something be renamed: one node, one note, or, with nothing selected, the document? */
export function canRename(): boolean {
  const { nodes, wire } = useSelection.getState();
  return activeTab() !== undefined && nodes.size <= 1 && wire === null;
}

/** Puts the cursor into the words of what is selected. */
export function rename(): void {
  const [only = ''] = useSelection.getState().nodes;
  const note = noteOf(only);
  if (note !== undefined) {
    useNoteEditing.getState().begin(note);
    return;
  }
  usePreferences.getState().setPanel('inspector', { open: true });
  focusName();
}
