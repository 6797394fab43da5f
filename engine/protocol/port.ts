/**
 * The two-way channel that the protocol runs over. Order is kept and nothing is lost between two live ends;
 * a message is a structured clone of what was posted.
 */
export interface Port<Outgoing, Incoming> {
  /** Buffers in `transfer` are moved instead of copied and are empty here afterwards. */
  post(message: Outgoing, transfer?: readonly ArrayBuffer[]): void;
  /** Returns the function that stops listening. */
  listen(listener: (message: Incoming) => void): () => void;
  close(): void;
}

/** A browser's MessagePort, Worker, or the global scope of a dedicated worker. */
export interface EventPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  start?(): void;
  close?(): void;
}

export function eventPort<Outgoing, Incoming>(channel: EventPort): Port<Outgoing, Incoming> {
  return {
    post: (message, transfer = []) => channel.postMessage(message, [...transfer]),
    listen: (listener) => {
      const onMessage = (event: MessageEvent) => listener(event.data);
      channel.addEventListener('message', onMessage);
      channel.start?.();
      return () => channel.removeEventListener('message', onMessage);
    },
    close: () => channel.close?.(),
  };
}

/** A MessagePort between two of Electron's processes loses messages that transfer buffers: they are copied. */
export function copyingPort<Outgoing, Incoming>(channel: EventPort): Port<Outgoing, Incoming> {
  const port = eventPort<Outgoing, Incoming>(channel);
  return { ...port, post: (message) => port.post(message) };
}

/** Node's `parentPort`, or a `Worker` of `node:worker_threads`. */
export interface NodePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(type: 'message', listener: (message: unknown) => void): unknown;
  off(type: 'message', listener: (message: unknown) => void): unknown;
  close?(): void;
}

export function nodePort<Outgoing, Incoming>(channel: NodePort): Port<Outgoing, Incoming> {
  return {
    post: (message, transfer = []) => channel.postMessage(message, transfer),
    listen: (listener) => {
      // The border of the process: both ends are built from the same messages.ts.
      const onMessage = (message: unknown) => listener(message as Incoming);
      channel.on('message', onMessage);
      return () => channel.off('message', onMessage);
    },
    close: () => channel.close?.(),
  };
}

/** Two connected ends in one thread, with the same copying and the same asynchrony as between threads. */
export function inProcessPorts<A, B>(): readonly [Port<A, B>, Port<B, A>] {
  const toSecond = new Set<(message: A) => void>();
  const toFirst = new Set<(message: B) => void>();
  let open = true;
  const end = <Out, In>(away: Set<(message: Out) => void>, here: Set<(message: In) => void>): Port<Out, In> => ({
    post: (message, transfer = []) => {
      const copy = structuredClone(message, { transfer: [...transfer] });
      queueMicrotask(() => {
        if (open) for (const listener of away) listener(copy);
      });
    },
    listen: (listener) => {
      here.add(listener);
      return () => here.delete(listener);
    },
    close: () => {
      open = false;
    },
  });
  return [end(toSecond, toFirst), end(toFirst, toSecond)];
}
