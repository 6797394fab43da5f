import type { ReactNode } from 'react';
import styles from './Card.module.css';
import { histogramPath } from './histogram.ts';
import { HISTOGRAM } from './paint.ts';

/** A histogram's frame; `paint.ts` fills the paths. `signed` colours values below and above zero apart. */
export function Histogram({
  of,
  tone,
  width = HISTOGRAM.width,
  height = HISTOGRAM.height,
  tall = false,
}: {
  readonly of: string;
  readonly tone: 'fwd' | 'bwd' | 'signed';
  readonly width?: number;
  readonly height?: number;
  /** As high as its numbers say, instead of a card's line. */
  readonly tall?: boolean;
}) {
  return (
    <svg
      aria-hidden="true"
      className={tall ? styles.tall : styles.histogram}
      data-histogram={of}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
    >
      {tone === 'signed' ? (
        <>
          <path className={styles.axis} d={histogramPath([], width, height)} />
          <path data-part="negative" className={styles.negative} />
          <path data-part="positive" className={styles.positive} />
        </>
      ) : (
        <path data-part="all" className={tone === 'fwd' ? styles.fwdFill : styles.bwdFill} />
      )}
    </svg>
  );
}

/** One line of a card: sign, histogram, number. */
export function LiveRow({
  sign,
  tone,
  of,
  stat,
}: {
  readonly sign: ReactNode;
  readonly tone: 'fwd' | 'bwd' | 'signed';
  readonly of: string;
  readonly stat: string;
}) {
  return (
    <div className={styles.stat}>
      <span className={tone === 'fwd' ? styles.fwd : tone === 'bwd' ? styles.bwd : styles.sign}>{sign}</span>
      <Histogram of={of} tone={tone} />
      <span className={styles.num} data-stat={`${of}.${stat}`} data-compact="true">
        –
      </span>
    </div>
  );
}
