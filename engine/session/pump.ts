import type { Session } from './session.ts';

/** Work between two looks at the event loop, in milliseconds: what keeps Pause prompt. */
const SLICE = 10;

export interface PumpOptions {
  /** Asked every 10 ms; true pauses where the session stands. */
  paused(): boolean;
  /** Asked after every entry; true pauses. */
  until?(): boolean;
}

/** Advances `session` until it is finished, failed or paused, yielding to the event loop every 10 ms. Never rejects. */
export async function pump(session: Session, { paused, until = () => false }: PumpOptions): Promise<void> {
  if (!session.start()) return;
  for (;;) {
    const end = performance.now() + SLICE;
    do {
      if (!session.advance()) return;
      if (until()) {
        session.pause();
        return;
      }
    } while (performance.now() < end);
    await macrotask();
    // A session that was reset or closed meanwhile belongs to someone else.
    if (session.state !== 'running') return;
    if (paused()) {
      session.pause();
      return;
    }
  }
}

/** Lets messages and timers in. Timers are clamped to 4 ms in browsers; a message to oneself is not. */
const macrotask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
