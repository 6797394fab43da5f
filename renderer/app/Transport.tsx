import { useEffect, useRef } from 'react';
import { useDocuments } from '../stores/documents.ts';
import { latestFrame, subscribeFrame } from '../stores/live.ts';
import { useText } from '../text/text.ts';
import { CommandButton } from './CommandButton.tsx';
import { Icon } from './Icon.tsx';
import css from './TopBar.module.css';

const BUTTONS = [
  ['run.pause', 'pause'],
  ['run.back', 'back'],
  ['run.step', 'step'],
  ['run.into', 'into'],
  ['run.out', 'out'],
  ['run.phase', 'phase'],
  ['run.next', 'next'],
  ['run.reset', 'reset'],
  ['run.settings', 'sliders'],
] as const;

/** Train, Pause, steps back and ahead, Reset; below them, how far the run has come. */
export function Transport() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const paint = () => {
      const frame = latestFrame(tab);
      const done = frame === undefined || frame.steps === 0 ? 0 : Math.min(1, frame.step / frame.steps);
      if (bar.current === null) return;
      bar.current.style.transform = `scaleX(${done})`;
      bar.current.ariaValueNow = `${Math.round(done * 100)}`;
    };
    paint();
    return subscribeFrame(tab, paint);
  }, [tab]);
  return (
    <div className={css.transport} role="toolbar" aria-label={text.transport}>
      <CommandButton id="run.train" className={css.go}>
        {text.command['run.train']}
      </CommandButton>
      {BUTTONS.map(([id, icon]) => (
        <CommandButton key={id} id={id}>
          <Icon name={icon} />
        </CommandButton>
      ))}
      <span
        ref={bar}
        className={css.bar}
        role="progressbar"
        aria-label={text.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      />
    </div>
  );
}
