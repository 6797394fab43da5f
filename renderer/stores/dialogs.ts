import { create } from 'zustand';
import type { FunctionUse } from '../../engine/graph/functions.ts';

export type Dialog =
  | { readonly type: 'run' | 'shortcuts' | 'commands' }
  | { readonly type: 'unsaved'; readonly tab: string }
  /** The code of a node on the canvas. */
  | { readonly type: 'function'; readonly node: string }
  /** Functions whose check failed are to be trained: `go` trains all the same. */
  | { readonly type: 'insist'; readonly functions: readonly FunctionUse[]; readonly go: () => void };

interface Dialogs {
  readonly dialog: Dialog | null;
  show(dialog: Dialog): void;
  hide(): void;
}

/** The dialog that is open; one at a time. */
export const useDialogs = create<Dialogs>((set) => ({
  dialog: null,
  show: (dialog) => set({ dialog }),
  hide: () => set({ dialog: null }),
}));
