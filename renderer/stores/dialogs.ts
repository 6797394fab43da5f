import { create } from 'zustand';

export type Dialog =
  | { readonly type: 'run' | 'shortcuts' | 'commands' }
  | { readonly type: 'unsaved'; readonly tab: string };

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
