import { useEffect, useState } from 'react';

/** So long a step may take, in milliseconds, without what it comes back to having gone meanwhile. */
const PATIENCE = 600;

/** What is true, or was until a moment ago. */
export function useLasting(now: boolean): boolean {
  const [lasts, setLasts] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setLasts(now), now ? 0 : PATIENCE);
    return () => clearTimeout(timer);
  }, [now]);
  return now || lasts;
}
