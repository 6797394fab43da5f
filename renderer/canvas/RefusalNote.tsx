import { useEffect } from 'react';
import type { Refused } from './useConnecting.ts';
import styles from './Wire.module.css';
import { useWords } from './words.ts';

/** Milliseconds; the style sheet fades it over the last of them. */
const STAYS = 5000;

/** Why the wire that was just let go was not laid, said where it was let go, until the next action or for a few seconds. */
export function RefusalNote({ refused, onGone }: { readonly refused: Refused | null; readonly onGone: () => void }) {
  const words = useWords();
  useEffect(() => {
    if (!refused) return;
    const timer = setTimeout(onGone, STAYS);
    // Whatever the hand does next answers it; and a view that moves would leave it behind.
    const actions = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const action of actions) window.addEventListener(action, onGone, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      for (const action of actions) window.removeEventListener(action, onGone, { capture: true });
    };
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
