import { create } from 'zustand';

/** A node kind on its way from the palette to the canvas, under the pointer. */
interface PaletteDrag {
  readonly kind: string | null;
  readonly x: number;
  readonly y: number;
}
export const usePaletteDrag = create<PaletteDrag>(() => ({ kind: null, x: 0, y: 0 }));

/** What the canvas does with a kind that is let go over it, or asked for by key. */
export interface DropTarget {
  contains(x: number, y: number): boolean;
  drop(kind: string, x: number, y: number): void;
  /** Adds it in the middle of what is visible. */
  add(kind: string): void;
}
let target: DropTarget | null = null;

export function registerDropTarget(next: DropTarget): () => void {
  target = next;
  return () => {
    if (target === next) target = null;
  };
}

export const addToCanvas = (kind: string): void => target?.add(kind);

/** Pixels the pointer must travel before a press becomes a drag. */
const THRESHOLD = 4;

/** Follows the pointer from a press on a palette item until it is let go; Escape gives up. */
export function beginPaletteDrag(kind: string, start: { readonly clientX: number; readonly clientY: number }): void {
  let dragging = false;
  const stop = () => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', stop);
    window.removeEventListener('keydown', key);
    usePaletteDrag.setState({ kind: null });
  };
  const move = (event: PointerEvent) => {
    dragging ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > THRESHOLD;
    if (dragging) usePaletteDrag.setState({ kind, x: event.clientX, y: event.clientY });
  };
  const up = (event: PointerEvent) => {
    stop();
    if (dragging && target?.contains(event.clientX, event.clientY)) target.drop(kind, event.clientX, event.clientY);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') stop();
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', stop);
  window.addEventListener('keydown', key);
}
