import type { Session } from './session.ts';

/** Losses that were not waited for are told after so long, in milliseconds: what a frame shows. */
const TOLD = 33;

/** Work between two looks at the event loop, in milliseconds: what keeps Pause prompt. */
const SLICE = 10;

/**
 * Iterations that take longer than this, in milliseconds, are done entry by entry, so that a pause need not wait for their end. The
 * first few may be long for other reasons.
 */
const LONG = 20;
const TRIED = 3;

export interface PumpOptions {
  /** Asked every 10 ms; true pauses where the session stands. */
  paused(): boolean;
  /** Asked after every advance; true pauses. */
  until?(): boolean;
  /** Has nobody anything to ask before the iteration that begins is over? By default only where there is no `until`. */
  isFree?(): boolean;
}

/** Advances `session` until it is finished, failed or paused, yielding to the event loop every 10 ms. Never rejects. */
export async function pump(
  session: Session,
  { paused, until, isFree = () => until === undefined }: PumpOptions,
): Promise<void> {
  if (!session.start()) return;
  let told = performance.now();
  let tried = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (;;) {
    const begun = performance.now();
    let now = begun;
    do {
      const before = now;
      const { iteration } = session.cursor;
      const isWhole = (tried < TRIED || shortest < LONG) && isFree();
      if (!session.advance(isWhole ? 'iteration' : 'entry')) {
        if (session.lost === undefined || !(await session.revive())) return;
        // A session that was reset or closed meanwhile belongs to someone else.
        if (session.state !== 'running') return;
        break;
      }
      now = performance.now();
      if (now - told > TOLD) {
        session.settle();
        told = now;
      }
      if (until?.() === true) {
        session.pause();
        return;
      }
      if (isWhole && session.cursor.iteration > iteration) {
        tried++;
        shortest = Math.min(shortest, now - before);
      }
    } while (now - begun < SLICE);
    await macrotask();
    await session.held;
    // A session that was reset or closed meanwhile belongs to someone else.
    if (session.state !== 'running') return;
    if (paused()) {
      session.pause();
      return;
    }
  }
}

/** Lets messages and timers in. Timers are clamped to 4 ms in browsers; a message to oneself is not. */
export const macrotask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
