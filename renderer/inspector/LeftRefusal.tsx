import type { Tab } from '../stores/documents.ts';
import { useRefusal } from '../stores/refusal.ts';
import styles from './Inspector.module.css';
import { refusalText, useLanguage } from './words.ts';

/** A value that was refused as the user went on to something else: its own field is out of sight by now. */
export function LeftRefusal({ tab, place }: { readonly tab: Tab; readonly place: string }) {
  const language = useLanguage();
  const refusal = useRefusal((state) => state.refusal);
  if (refusal === null || refusal.place === place || refusal.place.split('/')[0] !== tab.id) return null;
  const node = refusal.place.slice(tab.id.length + 1);
  const owner = tab.document.view.nodes[node]?.label ?? (node === '' ? tab.document.name : node);
  return (
    <p className={styles.left} role="alert">
      <b>
        {owner} · {refusal.label}
      </b>
      {refusalText(refusal, language)}
    </p>
  );
}
