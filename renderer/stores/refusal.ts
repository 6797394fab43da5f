import { create } from 'zustand';
import type { SettingProblem } from '../../engine/nodes/settings.ts';
import { useDocuments } from './documents.ts';

/** Why typed text is not taken: also what a document, whose numbers are numbers, cannot have. */
export type TypedProblem = SettingProblem | { readonly reason: 'decimal-point' };

/** What was typed into a field that went back to its value when it was left. */
export interface Refusal {
  /** Whose field it is: `tab/node`, a tab, a dialog. */
  readonly place: string;
  readonly name: string;
  readonly label: string;
  readonly typed: string;
  readonly problem: TypedProblem;
  /** The value that it shows again. */
  readonly kept: string;
}

interface Refusals {
  /** The latest, as long as it is told. */
  readonly refusal: Refusal | null;
  refuse(refusal: Refusal): void;
  dismiss(): void;
}

/** Milliseconds in which a sentence is read, and then read again. */
const SHOWN = 10_000;

export const useRefusal = create<Refusals>((set, get) => ({
  refusal: null,
  refuse: (refusal) => {
    set({ refusal });
    setTimeout(() => {
      if (get().refusal === refusal) set({ refusal: null });
    }, SHOWN);
  },
  dismiss: () => {
    if (get().refusal !== null) set({ refusal: null });
  },
}));

/** Whoever edits anything has gone on, and what stays in red would seem to be about that. */
useDocuments.subscribe(({ tabs }, before) => {
  const were = new Map(before.tabs.map(({ id, document }) => [id, document]));
  const isEdited = tabs.some(({ id, document }) => were.has(id) && were.get(id) !== document);
  if (isEdited) useRefusal.getState().dismiss();
});
