import { operations } from '../../engine/ops/index.ts';
import { plainFormula } from './formula.ts';
import styles from './Inspector.module.css';
import { useLanguage, useWords } from './words.ts';

/** The mathematics of a node that is one operation, forward in blue, backward in orange, as the operation's record states it. */
export function FormulaSection({ kind }: { readonly kind: string }) {
  const words = useWords();
  const language = useLanguage();
  const record = [...operations.values()].find((operation) => operation.node?.kind === kind);
  if (!record) return null;
  return (
    <section className={styles.section}>
      <h3>{words.formula}</h3>
      <div className={styles.formula}>
        <p className={styles.fwd}>{plainFormula(record.formula.forward)}</p>
        {record.formula.backward
          .filter((line) => line !== '')
          .map((line) => (
            <p key={line} className={styles.bwd}>
              {plainFormula(line)}
            </p>
          ))}
      </div>
      <p className={styles.help}>{record.why[language]}</p>
    </section>
  );
}
