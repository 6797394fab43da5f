import { MODES, type RunSettings } from '../../engine/graph/document.ts';
import { LIMITS } from '../../engine/graph/schema.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useText } from '../text/text.ts';
import { Field } from './Field.tsx';
import styles from './Inspector.module.css';
import { OneOf } from './OneOf.tsx';
import { useWords } from './words.ts';

/** What a run's seed may be; the chip in the top bar edits it too. */
export const seedSetting: Setting = {
  type: 'int',
  default: 0,
  min: 0,
  max: LIMITS.seed,
  label: { en: 'seed', zh: '随机种子' },
};
const count = (en: string, zh: string): Setting => ({
  type: 'int',
  default: 1,
  min: 1,
  max: LIMITS.count,
  label: { en, zh },
});
const lengths = { steps: count('steps', '步数'), epochs: count('epochs', '轮数') };
const batchSize: Setting = { ...count('batch size', '批大小'), type: 'int', default: null };
/** What a run is given when it is measured in the other unit. */
const usual = { steps: { steps: 1000 }, epochs: { epochs: 10 } };

/** Seed, mode, length and batch size. Every change is an edit like any other: it can be undone. */
export function RunFields({ run, place }: { readonly run: RunSettings; readonly place: string }) {
  const words = useWords();
  const { seedHelp, mode: modes, modeTitle, modeHelp } = useText();
  const { edit, seal } = useDocuments.getState();
  const unit = run.epochs !== undefined ? 'epochs' : 'steps';
  const set = (change: Parameters<typeof setRun>[1]) =>
    edit((d) => setRun(d, change), { mark: `run ${Object.keys(change)}` });
  const choose = (change: Parameters<typeof setRun>[1]) => {
    set(change);
    seal();
  };
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return (
    <>
      <Field
        name="seed"
        place={place}
        setting={seedSetting}
        value={run.seed}
        onChange={(v) => set({ seed: number(v) })}
        onDone={seal}
      />
      <p className={styles.help}>{seedHelp}</p>
      <OneOf title={modeTitle} options={MODES} names={modes} chosen={run.mode} onChoose={(mode) => choose({ mode })} />
      <p className={styles.help}>{modeHelp[run.mode]}</p>
      <OneOf
        title={words.trainFor}
        options={['steps', 'epochs']}
        names={words}
        chosen={unit}
        onChoose={(name) => choose(usual[name])}
      />
      <Field
        key={unit}
        name={unit}
        place={place}
        setting={lengths[unit]}
        value={run[unit]}
        onChange={(v) => set({ [unit]: number(v) })}
        onDone={seal}
      />
      <Field
        name="batchSize"
        place={place}
        setting={batchSize}
        value={run.batchSize ?? null}
        inferred={words.all}
        onChange={(v) => set({ batchSize: number(v) })}
        onDone={seal}
      />
      <p className={styles.help}>{words.batchHelp}</p>
    </>
  );
}
