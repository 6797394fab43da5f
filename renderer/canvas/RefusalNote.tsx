import { useEffect } from 'react';
import type { Refused } from './useConnecting.ts';
import styles from './Wire.module.css';
import { useWords } from './words.ts';

/** Milliseconds; the style sheet fades it over the last of them. */
const STAYS = 5000;

/** Why the wire that was just let go was not laid, said where it was let go, for a few seconds. */
export function RefusalNote({ refused, onGone }: { readonly refused: Refused | null; readonly onGone: () => void }) {
  const words = useWords();
  useEffect(() => {
    if (!refused) return;
    const timer = setTimeout(onGone, STAYS);
    return () => clearTimeout(timer);
  }, [refused, onGone]);
  // The region stays: readers of the screen announce what changes in it.
  return (
    <div role="status" data-refused={refused?.refusal.reason}>
      {refused && (
        <p
          key={`${refused.x} ${refused.y}`}
          className={styles.refused}
          style={{ left: `min(${refused.x + 12}px, 100% - 296px)`, top: Math.max(8, refused.y - 40) }}
        >
          {words.refusal(refused.refusal)}
        </p>
      )}
    </div>
  );
}
