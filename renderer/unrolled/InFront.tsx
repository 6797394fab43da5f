import type { ReactNode } from 'react';
import { useUnrolledView } from '../stores/unrolled.ts';
import { Unrolled } from './Unrolled.tsx';

/** The view, while it is open. */
export const InFront = () => useUnrolledView((state) => state.open) && <Unrolled />;

/**
 * What the view covers. While it is open neither pointer nor keyboard get there, and nothing of it is drawn; it stays as it is,
 * where it was scrolled to and how it was zoomed.
 */
export function Behind({
  className,
  children,
}: {
  readonly className: string | undefined;
  readonly children: ReactNode;
}) {
  const covered = useUnrolledView((state) => state.open);
  return (
    <div className={className} style={covered ? { contentVisibility: 'hidden' } : undefined}>
      {children}
    </div>
  );
}
