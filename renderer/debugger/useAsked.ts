import { useEffect, useState } from 'react';
import type { Standing } from '../stores/standing.ts';

/**
 * What the engine says at a stop: asked for anew at every stop, and when `key` changes. The last answer to the same key stays to
 * be seen until the next one is there; with `keep`, that to any key. Undefined: not known yet.
 */
export function useAsked<T>(
  standing: Standing | undefined,
  key: string,
  ask: () => Promise<T>,
  keep = false,
): T | undefined {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly value: T }>();
  const tape = standing?.tape;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is asked.
  useEffect(() => {
    if (tape === undefined || tape === null) return;
    let over = false;
    // Where the engine is lost, this stop is over too.
    void ask().then(
      (value) => over || setAnswer({ key, value }),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [tape, key]);
  return keep || answer?.key === key ? answer?.value : undefined;
}
