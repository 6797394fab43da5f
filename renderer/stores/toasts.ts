import { create } from 'zustand';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { activeTab, useDocuments } from './documents.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'note' | 'bad';
  readonly title: string;
  readonly lines: readonly string[];
  /** The state of a document that it tells of: it goes when that does. */
  readonly about?: { readonly tab: string; readonly document: GraphDocument };
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
  show({ id: next++, tone, title, lines });
}

/** Tells the user something about what the active document is now; once it is edited or undone, that is over. */
export function toastOfEdit(title: string, lines: readonly string[] = [], tone: Toast['tone'] = 'note'): void {
  const tab = activeTab();
  if (tab === undefined) toast(title, lines, tone);
  else show({ id: next++, tone, title, lines, about: { tab: tab.id, document: tab.document } });
}

const show = (added: Toast) => useToasts.setState(({ toasts }) => ({ toasts: [...toasts, added].slice(-MOST) }));

useDocuments.subscribe(({ tabs }) => {
  const { toasts } = useToasts.getState();
  const isOver = ({ about }: Toast) =>
    about !== undefined && !tabs.some(({ id, document }) => id === about.tab && document === about.document);
  if (toasts.some(isOver)) useToasts.setState({ toasts: toasts.filter((one) => !isOver(one)) });
});
