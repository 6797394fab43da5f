import { examples } from '../app/examples.ts';
import { openText } from '../commands/files.ts';
import styles from './Canvas.module.css';

/** A first network, and the first of the tutorial's. */
const SHOWN = ['xor', 'nn-sequential'];

/** On a canvas with nothing on it: a way to see something work. */
export function EmptyExamples() {
  return (
    <span className={styles.examples}>
      {examples
        .filter(({ name }) => SHOWN.includes(name))
        .map(({ name, text }) => (
          <button key={name} type="button" onClick={() => openText(text, name)}>
            {name}
          </button>
        ))}
    </span>
  );
}
