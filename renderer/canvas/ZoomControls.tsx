import { Panel, useReactFlow } from '@xyflow/react';
import styles from './Canvas.module.css';
import { FIT } from './first_view.ts';
import { useWords } from './words.ts';

/** Zoom and fit, in the canvas's corner. */
export function ZoomControls() {
  const flow = useReactFlow();
  const words = useWords();
  return (
    <Panel position="bottom-right" className={styles.zoom}>
      <button
        type="button"
        aria-label={words.zoomOut}
        title={words.zoomOut}
        onClick={() => void flow.zoomOut({ duration: 120 })}
      >
        −
      </button>
      <button
        type="button"
        aria-label={words.zoomIn}
        title={words.zoomIn}
        onClick={() => void flow.zoomIn({ duration: 120 })}
      >
        +
      </button>
      <button
        type="button"
        aria-label={words.fit}
        title={words.fit}
        onClick={() => void flow.fitView({ ...FIT, duration: 200 })}
      >
        <svg
          aria-hidden="true"
          width="13"
          height="13"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
        >
          <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />
        </svg>
      </button>
    </Panel>
  );
}
