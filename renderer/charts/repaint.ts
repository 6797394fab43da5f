/**
 * Calls `paint` when a canvas has lost what was on it, as where the browser's GPU process has died and come back. Each canvas hears of
 * its own loss only, and the event does not bubble: it is caught on its way down. Returns the way to stop.
 */
export function onCanvasLoss(paint: () => void): () => void {
  const options = { capture: true };
  document.addEventListener('contextrestored', paint, options);
  return () => document.removeEventListener('contextrestored', paint, options);
}
