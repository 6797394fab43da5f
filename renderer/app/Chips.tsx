import { useId } from 'react';
import { ModeChip } from '../captured/ModeChip.tsx';
import { runCommand } from '../commands/table.ts';
import { DeviceChip } from '../device/DeviceChip.tsx';
import { seedSetting } from '../inspector/RunFields.tsx';
import { useTyped } from '../inspector/useTyped.ts';
import { useActiveDocument, useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './TopBar.module.css';

/** Mode, seed and device of the active document's runs. */
export function Chips() {
  const tab = useDocuments((state) => state.active);
  const { run } = useActiveDocument();
  return (
    <div className={css.chips}>
      <ModeChip tab={tab} mode={run.mode} />
      <SeedChip key={tab} seed={run.seed} />
      <EngineChip tab={tab} />
    </div>
  );
}

function SeedChip({ seed }: { readonly seed: number }) {
  const id = useId();
  const text = useText();
  const { active: tab, edit, seal } = useDocuments.getState();
  const {
    text: typed,
    told,
    wrong,
    meant: _,
    ...hear
  } = useTyped({
    place: `chip of ${tab}`,
    name: 'seed',
    label: text.seed,
    setting: seedSetting,
    value: seed,
    onChange: (value) => edit((d) => setRun(d, { seed: Number(value) }), { mark: 'run seed' }),
    onDone: seal,
  });
  return (
    <span className={css.seedChip}>
      <label className={css.chip} title={text.seedHelp} data-wrong={wrong}>
        {text.seed}
        <input
          className={`${css.seed} num`}
          inputMode="numeric"
          size={Math.max(1, typed.length)}
          value={typed}
          aria-invalid={wrong}
          aria-describedby={told === undefined ? undefined : id}
          {...hear}
        />
      </label>
      {told !== undefined && (
        <span id={id} className={css.told} role="alert">
          {told}
        </span>
      )}
    </span>
  );
}

/** The life of the engine; once it lives, what it computes on. */
function EngineChip({ tab }: { readonly tab: string }) {
  const text = useText();
  const engine = useRun((state) => state.engine);
  const device = useRun((state) => state.device);
  const light = <span className={css.light} data-engine={engine} />;
  if (engine === 'stopped')
    return (
      <button type="button" className={css.chip} onClick={() => runCommand('run.restartEngine')}>
        {light}
        {text.engine.restart}
      </button>
    );
  if (engine !== 'ready' || device === null)
    return (
      <span className={css.chip}>
        {light}
        {text.engine[engine]}
      </span>
    );
  return <DeviceChip tab={tab} cpu={device} />;
}
