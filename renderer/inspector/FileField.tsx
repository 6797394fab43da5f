import { host } from '../host/host.ts';
import type { DataFile } from '../host/types.ts';
import { activeTab } from '../stores/documents.ts';
import { toast } from '../stores/toasts.ts';
import styles from './Inspector.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The user chose a file of his own. */
  readonly onFile: (file: DataFile) => void;
  readonly onDone: () => void;
}

/** A file by the name it has in the document's `data`, or one that is chosen now. */
export function FileField({ id, value, onChange, onFile, onDone }: Props) {
  const words = useWords();
  const names = Object.keys(activeTab()?.document.data ?? {});
  const choose = async () => {
    const tab = activeTab()?.id;
    try {
      const file = await host.pickDataFile();
      if (file === undefined || activeTab()?.id !== tab) return;
      onFile(file);
      onDone();
    } catch (error) {
      toast(words.fileNotKept, [error instanceof Error ? error.message : String(error)], 'bad');
    }
  };
  return (
    <span className={styles.file}>
      <input
        id={id}
        className={styles.input}
        list={`${id}-names`}
        placeholder={words.noFile}
        title={value}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onDone}
      />
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="button" className={styles.choose} onClick={choose}>
        {words.chooseFile}
      </button>
    </span>
  );
}
