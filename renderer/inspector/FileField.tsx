import { activeTab } from '../stores/documents.ts';
import styles from './Inspector.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onDone: () => void;
}

/** A file by the name it has in the document's `data`. */
export function FileField({ id, value, onChange, onDone }: Props) {
  const words = useWords();
  const names = Object.keys(activeTab()?.document.data ?? {});
  return (
    <>
      <input
        id={id}
        className={styles.input}
        list={`${id}-names`}
        placeholder={words.noFile}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onDone}
      />
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
