import type { GraphDocument } from '../../engine/graph/document.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useDocuments } from '../stores/documents.ts';
import { renameDocument } from '../stores/edits.ts';
import styles from './Inspector.module.css';
import { NameField } from './NameField.tsx';
import { Problems } from './Problems.tsx';
import { RunFields } from './RunFields.tsx';
import { useWords } from './words.ts';

interface Props {
  readonly tab: string;
  readonly document: GraphDocument;
}

/** What is edited when nothing is selected: the document's name and how it is run. */
export function DocumentSettings({ tab, document }: Props) {
  const words = useWords();
  const { diagnostics } = useDiagnosis();
  const { edit, seal } = useDocuments.getState();
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
        <RunFields run={document.run} place={tab} />
      </section>
    </>
  );
}
