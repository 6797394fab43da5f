import { useEffect, useRef } from 'react';
import { formatBytes } from '../../engine/graph/memory.ts';
import type { Device } from '../../engine/protocol/messages.ts';
import { restart } from '../commands/training.ts';
import { wantsOther } from '../stores/device.ts';
import { latestFrame, subscribeFrame } from '../stores/live.ts';
import { usePreferences } from '../stores/preferences.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './Device.module.css';
import { describe } from './words.ts';

/** What the run at hand computes on and what it takes there; and the way to another device, where one was chosen since. */
export function DeviceOfRun({
  tab,
  device,
  onRestart,
}: {
  readonly tab: string;
  readonly device: Device;
  readonly onRestart: () => void;
}) {
  const text = useText();
  const choice = usePreferences((state) => state.device);
  const run = useRun((state) => state.runs[tab]) ?? noRun;
  const again = (keepWeights: boolean) => {
    onRestart();
    void restart(keepWeights);
  };
  return (
    <section className={css.run} aria-label={text.device.run}>
      <p className={css.used}>
        <span>{text.device.run}</span>
        <b>{describe(device, text)}</b>
        <Memory tab={tab} />
      </p>
      {wantsOther(run, choice) && (
        <div className={css.other}>
          <p role="status">{text.device.stays(text.device.name[device.name])}</p>
          <button type="button" onClick={() => again(false)}>
            {text.edited.restart}
          </button>
          <button type="button" title={text.edited.keepHelp} onClick={() => again(true)}>
            {text.edited.keep}
          </button>
        </div>
      )}
    </section>
  );
}

/** Written past React, as all numbers of a run. */
function Memory({ tab }: { readonly tab: string }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const paint = () => {
      const frame = latestFrame(tab);
      if (place.current !== null) place.current.textContent = frame === undefined ? '' : formatBytes(frame.memoryBytes);
    };
    paint();
    return subscribeFrame(tab, paint);
  }, [tab]);
  return <span ref={place} className="num" />;
}
