import type { Box } from '../canvas/free_spot.ts';

/** What only the mounted canvas can do. It registers itself here; commands call it without knowing it. */
export interface CanvasActions {
  fitView(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Is every node in sight? */
  seesAll(): boolean;
  /** Is the view the one that the canvas opened with? Then nobody has chosen it. */
  hasFirstView(): boolean;
  /** Brings a node into view and selects it. */
  reveal(node: string): void;
  /** Moves the canvas, without zooming, so far that a node which is out of sight is in its middle. */
  show(node: string): void;
  /** The same for a place in the document's coordinates. */
  showPlace(box: Box): void;
  /** Brings nodes into view with so many pixels free above and below them, and selects nothing. */
  bring(nodes: readonly string[], free: { readonly top: number; readonly bottom: number }): void;
  /** The middle of what is visible, in the document's coordinates: where pasted and added nodes go. */
  center(): { readonly x: number; readonly y: number };
}

let registered: CanvasActions | null = null;

/** Called by the canvas as it mounts; returns the way to take it back. */
export function registerCanvas(actions: CanvasActions): () => void {
  registered = actions;
  return () => {
    if (registered === actions) registered = null;
  };
}

export const canvasActions = (): CanvasActions | null => registered;
