import type { Session } from './session.ts';

/** Work between two looks at the event loop, in milliseconds: what keeps Pause prompt. */
const SLICE = 10;
/** How much longer a pause may take so that it falls between two iterations, where the cards are consistent. */
const FINISH_ITERATION = 50;

export interface PumpOptions {
  /** Asked every 10 ms, and after every iteration; true pauses. */
  paused(): boolean;
}

/** Advances `session` until it is finished, failed or paused, yielding to the event loop every 10 ms. Never rejects. */
export async function pump(session: Session, { paused }: PumpOptions): Promise<void> {
  if (!session.start()) return;
  let pausedSince: number | undefined;
  for (;;) {
    const end = performance.now() + SLICE;
    do {
      if (!session.advance()) return;
      const betweenIterations = session.cursor.phase === 'batch' || session.cursor.phase === 'evaluate';
      if (pausedSince !== undefined && (betweenIterations || performance.now() - pausedSince > FINISH_ITERATION)) {
        session.pause();
        return;
      }
    } while (performance.now() < end);
    await macrotask();
    // A session that was reset or closed meanwhile belongs to someone else.
    if (session.state !== 'running') return;
    if (paused()) {
      pausedSince ??= performance.now();
      if (session.cursor.phase === 'batch') {
        session.pause();
        return;
      }
    } else {
      // Pause was taken back before it took effect.
      pausedSince = undefined;
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
