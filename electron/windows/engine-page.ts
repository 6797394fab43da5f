/**
 * The page of the hidden window: it starts the engine's worker and relays between it and the editor's port.
 * The engine itself must not live here, because `Atomics.wait` is forbidden on a window's main thread.
 */
function isPort(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'gradloom' in data && data.gradloom === 'engine-port';
}

window.addEventListener('message', (event) => {
  const [editor] = event.ports;
  if (event.source !== window || !editor || !isPort(event.data)) return;
  const engine = new Worker('/engine.worker.js', { type: 'module', name: 'engine' });
  engine.addEventListener('message', (message) => editor.postMessage(message.data));
  // A worker that cannot go on takes its window along, so that the main process reports the loss.
  engine.addEventListener('error', () => window.close());
  editor.addEventListener('message', (message) => engine.postMessage(message.data));
  editor.start();
});
