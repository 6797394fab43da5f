import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { Device } from '../../engine/protocol/messages.ts';
import { Icon } from '../app/Icon.tsx';
import chips from '../app/TopBar.module.css';
import { deviceFor } from '../stores/device.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { usePreferences } from '../stores/preferences.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './Device.module.css';
import { DeviceChoices } from './DeviceChoices.tsx';
import { DeviceOfRun } from './DeviceOfRun.tsx';
import { useGpuReport } from './useGpuReport.ts';
import { describe } from './words.ts';

/** What the run at hand computes on, or the next one will. It opens the choice, and says what this machine has. */
export function DeviceChip({ tab, cpu }: { readonly tab: string; readonly cpu: Device }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const choice = usePreferences((state) => state.device);
  const { on } = useRun((state) => state.runs[tab]) ?? noRun;
  const { flops, memory: bytes } = useDiagnosis();
  const need = { flops, bytes };
  // The GPU of a run at hand is known, and looking for it would disturb it.
  const isKnown = on?.device.adapter !== undefined;
  const report = useGpuReport((open && !isKnown) || (on === null && deviceFor(choice, need, null) === undefined));
  const name = on?.device.name ?? deviceFor(choice, need, report) ?? choice;
  const adapter = report !== null && 'adapter' in report ? report.adapter : undefined;
  const gpu: Device | undefined = adapter && { name: 'webgpu', simd: 'none', threads: 1, adapter };
  const device = on?.device ?? (name === 'cpu' ? cpu : name === 'webgpu' ? gpu : undefined);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={chips.chip}
        title={device === undefined ? text.device.help : describe(device, text)}
        data-device={name}
      >
        <span className={chips.light} data-engine="ready" />
        {text.device.name[name]}
        <Icon name="down" size={11} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={css.popover}
          align="end"
          sideOffset={12}
          collisionPadding={12}
          onOpenAutoFocus={(event) => {
            // The choice that counts: from there the arrow keys lead to the others.
            event.preventDefault();
            if (event.target instanceof HTMLElement) event.target.querySelector<HTMLElement>(':checked')?.focus();
          }}
          aria-label={text.device.title}
        >
          <DeviceChoices choice={choice} cpu={cpu} report={report} need={need} />
          {on !== null && <DeviceOfRun tab={tab} device={on.device} onRestart={() => setOpen(false)} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
