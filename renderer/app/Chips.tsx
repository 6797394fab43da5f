import { runCommand } from '../commands/table.ts';
import { useActiveDocument, useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import css from './TopBar.module.css';

/** Mode, seed and device of the active document's runs. */
export function Chips() {
  const text = useText();
  const { run } = useActiveDocument();
  const { edit, seal } = useDocuments.getState();
  return (
    <div className={css.chips}>
      <span className={css.chip} title={text.modeHelp[run.mode]}>
        {text.mode[run.mode]}
      </span>
      <label className={css.chip} title={text.runSettings.seedHelp}>
        {text.seed}
        <input
          className={`${css.seed} num`}
          inputMode="numeric"
          size={Math.max(1, `${run.seed}`.length)}
          value={run.seed}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, '').slice(0, 15);
            edit((document) => setRun(document, { seed: Number(digits) }), { mark: 'run.seed' });
          }}
          onBlur={seal}
        />
      </label>
      <DeviceChip />
    </div>
  );
}

function DeviceChip() {
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
  return (
    <span className={css.chip}>
      {light}
      {engine === 'ready' ? text.engine.ready(device) : text.engine[engine]}
    </span>
  );
}
