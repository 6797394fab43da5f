import { useWords } from '../canvas/words.ts';
import { toggleFold } from '../commands/folding.ts';
import styles from './FoldButton.module.css';

/** In the header of an instance: shows its definition in a frame, or makes it a card again. */
export function FoldButton({ node, open = false }: { readonly node: string; readonly open?: boolean }) {
  const words = useWords();
  const label = open ? words.fold : words.unfold;
  return (
    <button
      type="button"
      className={`nodrag nopan ${styles.fold}`}
      aria-expanded={open}
      aria-label={label}
      title={label}
      data-fold={node}
      onClick={() => toggleFold(node)}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12">
        <path d={open ? 'M2.5 4.5 6 8l3.5-3.5' : 'M4.5 2.5 8 6 4.5 9.5'} />
      </svg>
    </button>
  );
}
