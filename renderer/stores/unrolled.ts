import { create } from 'zustand';

interface UnrolledView {
  /** Does the unrolled graph stand in front of the canvas? */
  readonly open: boolean;
  setOpen(open: boolean): void;
}

export const useUnrolledView = create<UnrolledView>((set) => ({
  open: false,
  setOpen: (open) => set({ open }),
}));
