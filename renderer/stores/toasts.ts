import { create } from 'zustand';

export interface Toast {
  readonly id: number;
  readonly tone: 'note' | 'bad';
  readonly title: string;
  readonly lines: readonly string[];
}

interface Toasts {
  readonly toasts: readonly Toast[];
  dismiss(id: number): void;
}

export const useToasts = create<Toasts>((set) => ({
  toasts: [],
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

/** A new attempt answers what went wrong with the last one. */
export const dismissBad = (): void =>
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter(({ tone }) => tone !== 'bad') }));

/** As many as stand in the window beside what else is in it. */
const MOST = 3;

let next = 1;

/** Tells the user something that needs no answer. */
export function toast(title: string, lines: readonly string[] = [], tone: Toast['tone'] = 'note'): void {
  const added: Toast = { id: next++, tone, title, lines };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, added].slice(-MOST) }));
}
