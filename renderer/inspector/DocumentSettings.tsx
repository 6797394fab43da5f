import type { GraphDocument } from '../../engine/graph/document.ts';
import { LIMITS } from '../../engine/graph/schema.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useDocuments } from '../stores/documents.ts';
import { renameDocument, setRun } from '../stores/edits.ts';
import { Field } from './Field.tsx';
import styles from './Inspector.module.css';
import { NameField } from './NameField.tsx';
import { Problems } from './Problems.tsx';
import { useWords } from './words.ts';

const int = (min: number, en: string, zh: string, inferred = false): Setting => ({
  type: 'int',
  default: inferred ? null : min,
  min,
  max: LIMITS.count,
  label: { en, zh },
});
const seed = int(0, 'seed', '随机种子');
const steps = int(1, 'steps', '步数');
const epochs = int(1, 'epochs', '轮数');
const batchSize = int(1, 'batch size', '批大小', true);
const length: Setting = {
  type: 'choice',
  default: 'steps',
  options: ['steps', 'epochs'],
  label: { en: 'train for', zh: '训练长度' },
};

/** What is edited when nothing is selected: the document's name and how it is run. */
export function DocumentSettings({ document }: { readonly document: GraphDocument }) {
  const words = useWords();
  const { diagnostics } = useDiagnosis();
  const { edit, seal } = useDocuments.getState();
  const { run } = document;
  const byEpochs = run.epochs !== undefined;
  const set = (change: Parameters<typeof setRun>[1]) =>
    edit((d) => setRun(d, change), { mark: `run ${Object.keys(change)}` });
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return (
    <>
      <h2 className={styles.title}>
        <NameField
          value={document.name}
          label={words.name}
          onChange={(name) => edit((d) => renameDocument(d, name), { mark: 'document name' })}
          onDone={seal}
        />
        <small>{words.document(document.nodes.length)}</small>
      </h2>
      <Problems problems={diagnostics.filter((d) => d.node === undefined)} />
      <section className={styles.section}>
        <h3>{words.run}</h3>
        <Field name="seed" setting={seed} value={run.seed} onChange={(v) => set({ seed: number(v) })} onDone={seal} />
        <Field
          name="length"
          setting={length}
          value={byEpochs ? 'epochs' : 'steps'}
          onChange={(v) => set(v === 'epochs' ? { epochs: 10 } : { steps: 1000 })}
          onDone={seal}
        />
        {byEpochs ? (
          <Field
            name="epochs"
            setting={epochs}
            value={run.epochs}
            onChange={(v) => set({ epochs: number(v) })}
            onDone={seal}
          />
        ) : (
          <Field
            name="steps"
            setting={steps}
            value={run.steps}
            onChange={(v) => set({ steps: number(v) })}
            onDone={seal}
          />
        )}
        <Field
          name="batchSize"
          setting={batchSize}
          value={run.batchSize ?? null}
          onChange={(v) => set({ batchSize: number(v) })}
          onDone={seal}
        />
        <p className={styles.help}>{words.batchHelp}</p>
      </section>
    </>
  );
}
